"""The embedded demo deployment: real sockets and real TLS on loopback, with known weaknesses."""
