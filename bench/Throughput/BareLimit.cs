using System.Diagnostics;
using Lineup.Inference.Imaging;
using Lineup.Inference.Sessions;
using Lineup.ModelRepository.Storage;

namespace Lineup.Throughput;

/// <summary>What this machine can do without any serving: loops in this process, with the same library that the lanes use.</summary>
internal sealed class BareLimit(VariantEntry variant, IReadOnlyList<byte[]> images) : IDisposable
{
    private readonly ModelSession _session = ModelSession.Load(variant.FilePath, variant.Model);

    /// <summary>Run alone, on a tensor that was decoded before.</summary>
    public Sample Run(int threads, TimeSpan duration) => Loop(threads, duration, (_, slot, _) => slot.Run());

    /// <summary>Decode, run and top-5: all that a lane does.</summary>
    public Sample Pipeline(int threads, TimeSpan duration) => Loop(threads, duration, (decoder, slot, image) =>
    {
        if (decoder.Decode(image, _session.Input, slot.Input) is { } fault)
            throw new InvalidOperationException(fault.Message);
        slot.Run();
        TopK.Select(slot.Scores, _session.Output, 5);
    });

    public void Dispose() => _session.Dispose();

    private Sample Loop(int threads, TimeSpan duration, Action<TensorDecoder, RunSlot, byte[]> work)
    {
        var times = new List<double>[threads];
        var cpuBefore = Process.GetCurrentProcess().TotalProcessorTime;
        var started = Stopwatch.GetTimestamp();
        var workers = Enumerable.Range(0, threads).Select(index => new Thread(() => times[index] = LoopOne(index, threads, started, duration, work))).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var cpu = (Process.GetCurrentProcess().TotalProcessorTime - cpuBefore).TotalMilliseconds;
        return Sample.From([.. times.SelectMany(list => list)], elapsed, cpu);
    }

    private List<double> LoopOne(int index, int threads, long started, TimeSpan duration, Action<TensorDecoder, RunSlot, byte[]> work)
    {
        using var decoder = new TensorDecoder(new());
        var slot = _session.TryRent()!;
        decoder.Decode(images[0], _session.Input, slot.Input);
        var times = new List<double>();
        for (var i = index * images.Count / threads; Stopwatch.GetElapsedTime(started) < duration; i++)
        {
            var before = Stopwatch.GetTimestamp();
            work(decoder, slot, images[i % images.Count]);
            times.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }

        _session.Return(slot);
        return times;
    }
}
