using Lineup.Compression.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace Lineup.Training.Steps;

/// <summary>
/// The tensors that steps carry on: weights, running statistics and the optimiser's slots. Each has two buffers, of which a step reads one
/// and writes the other. Belongs to a <see cref="TrainingSession"/>; not for use while a step runs.
/// </summary>
public sealed class ParameterSet
{
    private readonly Dictionary<string, int> _indices;
    private readonly OrtValue[][] _sides;

    internal ParameterSet(IReadOnlyList<StepTensor> tensors)
    {
        Tensors = tensors;
        _indices = tensors.Index().ToDictionary(pair => pair.Item.Name, pair => pair.Index);
        _sides = [Allocate(tensors), Allocate(tensors)];
        foreach (var tensor in tensors)
            Set(tensor.Name, tensor.Initial);
    }

    /// <summary>All of them, in a stable order.</summary>
    public IReadOnlyList<StepTensor> Tensors { get; }

    /// <summary>Which of the two sides holds the present numbers.</summary>
    internal int Current { get; private set; }

    /// <summary>The present numbers where they lie, row-major: good until the next step.</summary>
    /// <exception cref="ArgumentException">No tensor has that name.</exception>
    public ReadOnlySpan<float> Span(string name) => _sides[Current][Index(name)].GetTensorDataAsSpan<float>();

    /// <summary>A copy of the present numbers.</summary>
    /// <exception cref="ArgumentException">No tensor has that name.</exception>
    public TensorData Read(string name) => TensorData.Create(Span(name), Tensors[Index(name)].Initial.Dims);

    /// <summary>Copies of all present numbers by name, or of those of some kinds.</summary>
    public OrderedDictionary<string, TensorData> ReadAll(params ReadOnlySpan<StepTensorKind> kinds)
    {
        var all = new OrderedDictionary<string, TensorData>();
        foreach (var tensor in Tensors)
        {
            if (kinds.IsEmpty || kinds.Contains(tensor.Kind))
                all.Add(tensor.Name, Read(tensor.Name));
        }

        return all;
    }

    /// <summary>Replaces the numbers of a tensor.</summary>
    /// <exception cref="ArgumentException">No tensor has that name, or it has another shape or type.</exception>
    public void Set(string name, TensorData data)
    {
        var index = Index(name);
        var expected = Tensors[index].Initial;
        if (data.ElementType != ElementType.Float || !data.Dims.SequenceEqual(expected.Dims))
            throw new ArgumentException($"'{name}' is {expected}, not {data}.", nameof(data));
        data.AsSpan<float>().CopyTo(_sides[Current][index].GetTensorMutableDataAsSpan<float>());
    }

    /// <summary>The buffers of one side, in the order of <see cref="Tensors"/>.</summary>
    internal IReadOnlyList<OrtValue> Side(int side) => _sides[side];

    /// <summary>What was written becomes what is read.</summary>
    internal void Swap() => Current = 1 - Current;

    internal void Release()
    {
        foreach (var value in _sides.SelectMany(side => side))
            value.Dispose();
    }

    private static OrtValue[] Allocate(IReadOnlyList<StepTensor> tensors) =>
        [.. tensors.Select(tensor => OrtTensors.Allocate(tensor.Initial.Dims.ToArray()))];

    private int Index(string name) =>
        _indices.TryGetValue(name, out var index) ? index : throw new ArgumentException($"No tensor has the name '{name}'.", nameof(name));
}
