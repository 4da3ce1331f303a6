namespace Lineup.Compression.Onnx;

/// <summary>An ONNX file in memory.</summary>
public sealed class OnnxModel
{
    /// <summary>The written-out name of the domain of standard operators, which files mostly leave empty.</summary>
    public const string StandardDomain = "ai.onnx";

    public required Graph Graph { get; init; }

    /// <summary>Version of the file format.</summary>
    public long IrVersion { get; set; }

    /// <summary>The version of each operator domain that the nodes are to be read by.</summary>
    public OrderedDictionary<string, long> Opsets { get; } = [];

    /// <summary>Free text by key, as in the file.</summary>
    public OrderedDictionary<string, string> Metadata { get; } = [];

    /// <summary>The tool that made the file.</summary>
    public string? ProducerName { get; set; }

    public string? ProducerVersion { get; set; }

    /// <summary>Version of the standard operators; 1 where the file does not say.</summary>
    public long Opset => Opsets.TryGetValue("", out var version) || Opsets.TryGetValue(StandardDomain, out version) ? version : 1;

    /// <summary>What the file says of this model that Lineup does not model.</summary>
    internal ReadOnlyMemory<byte> Extra { get; init; }

    /// <summary>An independent copy, which shares the immutable tensors.</summary>
    public OnnxModel Clone() => GraphCopier.Copy(this).Model;
}
