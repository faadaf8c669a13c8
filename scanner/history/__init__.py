"""What earlier scans found: one file for one machine, PostgreSQL for a team.

`History.record` stores a scan in one transaction: the report (compressed, chained to the one before
by SHA-256), the snapshot and the score of each target, what changed in each finding, and one row in
the *outbox* for each sink that the report is still to go to. After that transaction nothing is lost
by a kill; before it nothing has happened.

`History.prune` lets old reports and snapshots go; the hashes, scores and dates of their scans stay,
so that the chain can still be proved.

The outbox, table `outbox`, one row per (scan, sink):

| column       | what it holds |
| ------------ | --- |
| id           | number of the row; rows are sent in this order |
| scan         | number of the scan; `History.report(number)` is what to send |
| sink         | the sink, as delivery names it: stable from run to run, without secrets |
| created_at   | when it was put there |
| attempts     | how often sending was tried |
| tried_at     | the last time, absent before the first |
| error        | what the sink said then, without secrets |
| cursor       | how much of it the sink has acknowledged, in delivery's own unit; 0 at first |
| delivered_at | when the sink took all of it; absent while it waits |

`History.pending` yields what waits, the oldest first; `advance`, `delivered` and `failed` note how
it went. A process that dies between sending and noting sends again: at least once, so every event
needs an id that stays the same.
"""
