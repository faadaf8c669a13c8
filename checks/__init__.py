"""The built-in checks, one module per family. They import `scanner.sdk` and nothing else of ours."""
