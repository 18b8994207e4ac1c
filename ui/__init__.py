"""Everything that speaks Streamlit or runs in the browser."""
