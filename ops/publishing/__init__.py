"""From raw files to the file that BI tools read: refresh, build, publish, print the headlines."""
