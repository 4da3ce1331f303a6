namespace Lineup.Compression.Onnx.Passes;

/// <summary>One change to a graph, made wherever it applies.</summary>
public interface IGraphPass
{
    /// <summary>What messages call it, as a short sentence: "fold constants".</summary>
    string Name { get; }

    /// <summary>Changes the model in place, and leaves a sound one behind.</summary>
    PassResult Run(OnnxModel model);
}
