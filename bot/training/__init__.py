"""Training of the span reader. Needs the extra `train`; nothing that answers questions imports this.

    SQuAD-form files -> Rows -> passages as Pincite serves them -> windows -> batches -> weights -> int8 ONNX

`python -m bot.training --help` tells the steps.
"""
