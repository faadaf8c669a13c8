"""Report → text and bytes. Renderers show and decide nothing."""
