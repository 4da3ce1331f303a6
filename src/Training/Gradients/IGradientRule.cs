using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>How one operator is run and differentiated in a training step. Stateless.</summary>
internal interface IGradientRule
{
    /// <summary>The operator, such as Conv.</summary>
    string Operator { get; }

    /// <summary>Why this node cannot be trained through, or null where it can.</summary>
    string? Refusal(Node node) => null;

    /// <summary>Adds what computes the node's outputs; as it stands in the model, unless training asks for another form.</summary>
    void Forward(Node node, Tape tape) => tape.Repeat(node);

    /// <summary>Adds what computes the gradients of those inputs that need one, and hands them to <see cref="Tape.Accumulate"/>.</summary>
    /// <param name="node">The node of the model.</param>
    /// <param name="gradient">Of the loss with respect to the node's first output.</param>
    /// <param name="tape">Where the step is being built.</param>
    void Backward(Node node, Value gradient, Tape tape);
}
