using Lineup.Inference.Imaging;

namespace Lineup.Compression.Pruning;

/// <summary>
/// Runs models over views, block by block, and hands what flows to the statistics of one or more layers. Views run on all threads, but
/// are added in their order, so that the result does not depend on the threads.
/// </summary>
internal sealed class MomentCollector(ParallelOptions parallel)
{
    public const int BlockViews = 16;

    /// <param name="views">Number of views, from the first on.</param>
    /// <param name="read">Delivers a view's values, on any thread.</param>
    /// <param name="layers">Take the values.</param>
    /// <param name="progress">Told the number of views done.</param>
    public void Collect(
        int views, Func<int, TensorDecoder, Activations> read, IReadOnlyList<LayerMoments> layers, Action<int>? progress = null)
    {
        for (var start = 0; start < views; start += BlockViews)
        {
            var first = start;
            var count = Math.Min(BlockViews, views - start);
            if (start == 0)
            {
                using var decoder = new TensorDecoder(new());
                using var values = read(0, decoder);
                foreach (var layer in layers)
                    layer.Fit(values.Values);
            }

            foreach (var layer in layers)
                layer.Begin(count);
            ForEach(count, (slot, decoder) =>
            {
                using var values = read(first + slot, decoder);
                foreach (var layer in layers)
                    layer.Gather(slot, first + slot, values.Values);
            });
            foreach (var layer in layers)
                layer.Add(parallel);
            progress?.Invoke(start + count);
        }
    }

    /// <summary>Calls <paramref name="work"/> for every index, each thread with a decoder of its own.</summary>
    public void ForEach(int count, Action<int, TensorDecoder> work) =>
        Workers.ForEach(count, parallel, () => new TensorDecoder(new()), work);
}
