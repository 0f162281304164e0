"""The kinds of job: one line each, kind -> "module:function".

A worker imports the module only when it runs the kind. The function is called as
`function(workspace, job, report)` and returns the job's result, plain JSON; it raises a
NoiseLensError for what a user should hear, and lets Cancelled pass.
"""

KINDS: dict[str, str] = {
    "make": "core.data.builtin.making:run_job",
    "import": "core.data.importing:run_job",
    "fetch": "core.data.named.fetching:run_job",
    "accept": "core.data.review.accepting:run_job",
    "resplit": "core.data.review.resplitting:run_job",
    "train": "core.training.job:run_job",
    "evaluate": "core.evaluation.job:run_job",
    "study": "core.studies.demo:run_job",
}

MAKE_DATA_SETS = ("make", "import", "fetch", "accept", "resplit")
"""Those whose work brings a data set about: shown together wherever data sets are."""
