"""Renderers: what a page found, as pictures, tables and files. No queries and no HTTP."""
