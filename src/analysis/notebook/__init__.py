"""What a notebook holds and shows: session, exhibits, tables, figures, views, disclosure control."""
