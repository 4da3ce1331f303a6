using System.Collections;
using System.Text;

namespace Lineup.Compression.Onnx;

/// <summary>The attributes of a node, in file order. Getters take the operator's default, for a missing attribute means that.</summary>
public sealed class AttributeSet : IReadOnlyCollection<NodeAttribute>
{
    private readonly List<NodeAttribute> _attributes = [];

    public int Count => _attributes.Count;

    public bool Contains(string name) => Find(name) is not null;

    /// <exception cref="InvalidModelException">The attribute is there, but of another kind; so for all getters.</exception>
    public long GetInt(string name, long fallback) => Find(name)?.As<long>(AttributeKind.Int) ?? fallback;

    public float GetFloat(string name, float fallback) => Find(name)?.As<float>(AttributeKind.Float) ?? fallback;

    public string GetText(string name, string fallback) =>
        Find(name) is { } found ? Encoding.UTF8.GetString(found.As<byte[]>(AttributeKind.Text)) : fallback;

    public TensorData? GetTensor(string name) => Find(name)?.As<TensorData>(AttributeKind.Tensor);

    /// <summary>A list of integers, or null where the node does not say.</summary>
    public IReadOnlyList<long>? GetInts(string name) => Find(name)?.As<long[]>(AttributeKind.Ints);

    public IReadOnlyList<float>? GetFloats(string name) => Find(name)?.As<float[]>(AttributeKind.Floats);

    public void Set(string name, long value) => Put(new(name, AttributeKind.Int, value));

    public void Set(string name, float value) => Put(new(name, AttributeKind.Float, value));

    public void Set(string name, string value) => Put(new(name, AttributeKind.Text, Encoding.UTF8.GetBytes(value)));

    public void Set(string name, TensorData value) => Put(new(name, AttributeKind.Tensor, value));

    public void Set(string name, params ReadOnlySpan<long> values) => Put(new(name, AttributeKind.Ints, values.ToArray()));

    public void Set(string name, params ReadOnlySpan<float> values) => Put(new(name, AttributeKind.Floats, values.ToArray()));

    public bool Remove(string name) => _attributes.RemoveAll(attribute => attribute.Name == name) > 0;

    public IEnumerator<NodeAttribute> GetEnumerator() => _attributes.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal NodeAttribute? Find(string name) => _attributes.Find(attribute => attribute.Name == name);

    /// <summary>Replaces the attribute of that name where it stands, or adds it at the end.</summary>
    internal void Put(NodeAttribute attribute)
    {
        var index = _attributes.FindIndex(present => present.Name == attribute.Name);
        if (index < 0)
            _attributes.Add(attribute);
        else
            _attributes[index] = attribute;
    }
}
