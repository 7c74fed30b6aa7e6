"""Questions to the database: what pages, the API and the policy read, and nothing that writes."""
