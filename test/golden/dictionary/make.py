"""Non-negative factorization as scikit-learn sees it: what 4 and 8 directions leave of activations of a real network.
Needs scikit-learn (made with 1.9.1):

    python3 test/golden/dictionary/make.py

`activations.json` holds 480 positions of relu_2_2 of the CNN Explainer's Tiny VGG (10 channels; MIT licence), 20 drawn from each of 24
photographs. For each count `errors` has ‖V − S F‖² / ‖V‖², the best of ten seeded starts by coordinate descent.
"""

import json
import pathlib

import numpy
from sklearn.decomposition import NMF

HERE = pathlib.Path(__file__).parent
matrix = numpy.array(json.loads((HERE / "activations.json").read_text())["rows"], dtype="float64")
errors = {}
for count in (4, 8):
    left = []
    for seed in range(10):
        model = NMF(count, init="random", random_state=seed, max_iter=5000, tol=1e-7)
        scores = model.fit_transform(matrix)
        left.append(((matrix - scores @ model.components_) ** 2).sum() / (matrix**2).sum())
    errors[count] = min(left)
(HERE / "errors.json").write_text(json.dumps(errors) + "\n")
print(errors)
