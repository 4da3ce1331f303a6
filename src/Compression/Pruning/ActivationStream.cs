using System.Buffers;
using Lineup.Compression.Onnx;
using Lineup.Inference.Imaging;

namespace Lineup.Compression.Pruning;

/// <summary>
/// What flows through a model for every view, computed anew for each question but only from the last checkpoint on: a value through
/// which everything later must pass, kept for the first views or for all. What lies before it must not change any more.
/// </summary>
internal sealed class ActivationStream(OnnxModel model, CalibrationViews views)
{
    private TensorData[] _kept = [];
    private Value? _cut;

    public OnnxModel Model => model;

    /// <summary>Views that need not start from their pictures.</summary>
    public int Kept => _kept.Length;

    /// <summary>Opens what computes some values. From the checkpoint it answers for the first <see cref="Kept"/> views only.</summary>
    public Tap Open(IReadOnlyList<Value> wanted, bool fromCheckpoint) => new(this, wanted, fromCheckpoint ? _cut : null);

    /// <summary>Takes up a new checkpoint, a value that every later value depends on alone.</summary>
    public void Keep(Value cut, TensorData[] kept) => (_cut, _kept) = (cut, kept);

    /// <summary>Gives up what was kept for a view, while a new checkpoint is being made of it.</summary>
    public void Forget(int view)
    {
        if (view < _kept.Length)
            _kept[view] = null!;
    }

    /// <summary>Some of the model's values, for one view at a time. Any thread may ask.</summary>
    internal sealed class Tap : IDisposable
    {
        private readonly ActivationStream _stream;
        private readonly GraphSession? _session;
        private readonly int[] _places;
        private readonly bool _fromCheckpoint;

        public Tap(ActivationStream stream, IReadOnlyList<Value> wanted, Value? cut)
        {
            (_stream, _fromCheckpoint) = (stream, cut is not null);
            var source = cut ?? stream.Model.Graph.Inputs.Single(input => input.Data is null);
            var computed = wanted.Where(value => value != source).Distinct().ToArray();
            _places = [.. wanted.Select(value => Array.IndexOf(computed, value))];
            if (computed.Length > 0)
            {
                var nodes = NodesFor(stream.Model.Graph, computed, source);
                var part = GraphCopier.Extract(stream.Model, nodes, computed);
                if (cut is not null)
                {
                    // Files say little of values in the middle; an input needs at least a type.
                    part.Graph.Inputs[0].Type = ElementType.Float;
                    part.Graph.Inputs[0].Dims = stream._kept[0].Dims.ToArray().Select(Dimension.FromInt64).ToArray();
                }

                _session = GraphSession.Load(part, new(Optimize: true));
            }
        }

        /// <summary>A view's values, in the order in which they were asked for, in memory on loan.</summary>
        public Activations Read(int view, TensorDecoder decoder)
        {
            var rented = new List<byte[]>();
            var start = _fromCheckpoint ? _stream._kept[view]
                : _stream.Views.Read(view, decoder, Rent(_stream.Views.Length * sizeof(float)));
            var outputs = _session?.Run(new ReadOnlySpan<TensorData>(in start), value =>
            {
                var bytes = value.GetTensorMutableRawData();
                var memory = Rent(bytes.Length);
                bytes.CopyTo(memory);
                return new TensorData(ElementType.Float, memory.AsMemory(0, bytes.Length), value.GetTensorTypeAndShape().Shape);
            }) ?? [];
            return new([.. _places.Select(place => place < 0 ? start : outputs[place])], rented);

            byte[] Rent(int length)
            {
                var memory = ArrayPool<byte>.Shared.Rent(length);
                rented.Add(memory);
                return memory;
            }
        }

        public void Dispose() => _session?.Dispose();

        private static List<Node> NodesFor(Graph graph, IEnumerable<Value> wanted, Value source)
        {
            var needed = new HashSet<Node>();
            var open = new Stack<Value>(wanted);
            while (open.TryPop(out var value))
            {
                if (value == source || value.Producer is not { } producer || !needed.Add(producer))
                    continue;
                foreach (var input in producer.Inputs)
                {
                    if (input is not null)
                        open.Push(input);
                }
            }

            return [.. graph.Nodes.Where(needed.Contains)];
        }
    }

    private CalibrationViews Views => views;
}

/// <summary>
/// Values of one view. Their memory goes back to a pool on disposal: a pass over the views makes gigabytes of them, which the garbage
/// collector would let pile up.
/// </summary>
internal sealed class Activations(TensorData[] values, IReadOnlyCollection<byte[]> rented) : IDisposable
{
    private IReadOnlyCollection<byte[]> _rented = rented;

    public TensorData[] Values => values;

    /// <summary>These values and then those, as one.</summary>
    public Activations Concat(Activations other)
    {
        var all = new Activations([.. values, .. other.Values], [.. _rented, .. other._rented]);
        (_rented, other._rented) = ([], []);
        return all;
    }

    public void Dispose()
    {
        foreach (var memory in _rented)
            ArrayPool<byte>.Shared.Return(memory);
        _rented = [];
    }
}
