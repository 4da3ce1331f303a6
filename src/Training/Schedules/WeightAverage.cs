using System.Numerics.Tensors;
using Lineup.Compression.Onnx;
using Lineup.Training.Steps;

namespace Lineup.Training.Schedules;

/// <summary>
/// The exponential running mean of weights and of normalisations' statistics (Polyak and Juditsky, "Acceleration of stochastic
/// approximation by averaging", 1992). Early on it forgets faster, or its first steps would weigh for long: after n steps the mean keeps
/// at most (1 + n) / (10 + n) of itself. Not thread-safe.
/// </summary>
internal sealed class WeightAverage
{
    private readonly float _decay;
    private readonly OrderedDictionary<string, float[]> _means = [];

    public WeightAverage(ParameterSet parameters, double decay)
    {
        _decay = (float)decay;
        foreach (var tensor in Averaged(parameters))
            _means.Add(tensor.Name, new float[tensor.Initial.ElementCount]);
    }

    /// <summary>Steps taken in; 0 where there is no mean yet.</summary>
    public long Count { get; private set; }

    /// <summary>The means by the names of what they are of.</summary>
    public IReadOnlyDictionary<string, float[]> Means => _means;

    /// <summary>Takes the present numbers in.</summary>
    public void Add(ParameterSet parameters)
    {
        var keep = Count == 0 ? 0 : Math.Min(_decay, (1f + Count) / (10f + Count));
        foreach (var (name, mean) in _means)
            TensorPrimitives.Lerp(parameters.Span(name), mean, keep, mean);
        Count++;
    }

    /// <summary>Goes on where another left off.</summary>
    /// <param name="count">Its <see cref="Count"/>.</param>
    /// <param name="means">Its <see cref="Means"/>.</param>
    public void Restore(long count, IReadOnlyDictionary<string, float[]> means)
    {
        Count = count;
        foreach (var (name, mean) in _means)
            means[name].CopyTo(mean, 0);
    }

    /// <summary>Replaces the present numbers by their means.</summary>
    public void CopyTo(ParameterSet parameters)
    {
        foreach (var tensor in Averaged(parameters))
            parameters.Set(tensor.Name, TensorData.Create(_means[tensor.Name], tensor.Initial.Dims));
    }

    private static IEnumerable<StepTensor> Averaged(ParameterSet parameters) =>
        parameters.Tensors.Where(tensor => tensor.Kind != StepTensorKind.Slot);
}
