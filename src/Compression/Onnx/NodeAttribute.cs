using System.Diagnostics.CodeAnalysis;

namespace Lineup.Compression.Onnx;

/// <summary>What an attribute holds. Opaque ones (types) are kept and written back, not looked into.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "Types are what these are.")]
public enum AttributeKind
{
    Int,
    Float,
    Text,
    Tensor,
    Ints,
    Floats,
    Texts,
    Tensors,
    Opaque,
}

/// <summary>One attribute of a node; immutable.</summary>
public sealed class NodeAttribute
{
    internal NodeAttribute(string name, AttributeKind kind, object content) => (Name, Kind, Content) = (name, kind, content);

    public string Name { get; }

    public AttributeKind Kind { get; }

    /// <summary>long, float, byte[] (UTF-8 by convention), <see cref="TensorData"/>, or an array of one of these.</summary>
    internal object Content { get; }

    /// <summary>What the file says of this attribute that Lineup does not model.</summary>
    internal ReadOnlyMemory<byte> Extra { get; init; }

    internal T As<T>(AttributeKind kind) => Kind == kind
        ? (T)Content
        : throw new InvalidModelException($"Attribute '{Name}' holds {Kind}, not {kind}.");
}
