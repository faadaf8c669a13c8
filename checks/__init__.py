"""The built-in checks, one module a family. They import `scanner.sdk` and nothing else of ours."""
