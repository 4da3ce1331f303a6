using System.Runtime.ExceptionServices;
using Lineup.Compression.Pictures;
using Lineup.Inference.Imaging;
using Lineup.ModelRepository;

namespace Lineup.Compression.Calibration;

/// <summary>
/// The pictures that a compressor learns from: unlabelled, kept encoded (some 100 KiB each) and decoded whenever they are needed, which
/// costs two milliseconds and keeps memory small. Any thread may decode, each with a decoder of its own.
/// </summary>
public sealed class CalibrationPictures
{
    private readonly IReadOnlyList<View> _views;
    private readonly ViewDecoder _decoder;

    private CalibrationPictures(IReadOnlyList<View> views, InputPlan input, IReadOnlyList<UnreadablePicture> unreadable) =>
        (_views, Input, Unreadable, _decoder) = (views, input, unreadable, new(input));

    /// <summary>How pictures become tensors.</summary>
    public InputPlan Input { get; }

    /// <summary>Pictures that can be used.</summary>
    public int Count => _views.Count;

    /// <summary>Pictures that were left out, and why.</summary>
    public IReadOnlyList<UnreadablePicture> Unreadable { get; }

    /// <summary>Reads a set, in its order, and tries every picture once.</summary>
    /// <param name="set">The pictures, labelled or not.</param>
    /// <param name="input">The model's input.</param>
    /// <param name="limit">Most pictures to take, spread evenly over the set; null for all.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <param name="maxBytes">Most bytes that the encoded pictures may have together, since they are kept.</param>
    /// <exception cref="PictureSetException">Not one picture can be read, or they are too large together.</exception>
    public static CalibrationPictures Load(
        PictureSet set, InputPlan input, int? limit, CancellationToken cancellationToken, long maxBytes = long.MaxValue)
    {
        if (limit is { } most)
            ArgumentOutOfRangeException.ThrowIfLessThan(most, 1, nameof(limit));
        var all = set.Pictures;
        var count = Math.Min(limit ?? all.Count, all.Count);
        var chosen = Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Count / count)]).ToArray();
        var contents = new PictureContent[count];
        var kept = 0L;
        Work.ForEach(
            count,
            input,
            (i, decoder, tensor) =>
            {
                var content = set.Read(chosen[i]);
                if (Interlocked.Add(ref kept, content.Bytes?.Length ?? 0) > maxBytes)
                {
                    throw new PictureSetException(
                        $"{set.Name}'s {count} pictures have more than {ByteSize.Format(maxBytes)} together: take fewer, or smaller ones");
                }

                var fault = content.Bytes is { } bytes ? decoder.Decode(bytes, input, tensor) : null;
                contents[i] = fault is null ? content : new(null, fault.Message);
            },
            cancellationToken);

        var unreadable = Enumerable.Range(0, count)
            .Where(i => contents[i].Bytes is null)
            .Select(i => new UnreadablePicture(chosen[i].Path, contents[i].Problem!))
            .ToArray();
        var readable = contents.Where(content => content.Bytes is not null).Select(content => new View(content.Bytes!, 0)).ToArray();
        return readable.Length > 0
            ? new(readable, input, unreadable)
            : throw new PictureSetException(
                $"not one of {set.Name}'s {count} pictures can be read; the first: {unreadable[0].Path}: {unreadable[0].Reason}");
    }

    /// <summary>A picture as it came, for those who decode it in their own way.</summary>
    internal ReadOnlySpan<byte> Encoded(int index) => _views[index].Encoded;

    /// <summary>At most so many pictures, spread evenly over these, for what needs fewer.</summary>
    public CalibrationPictures Take(int count)
    {
        count = Math.Min(count, Count);
        return new([.. Enumerable.Range(0, count).Select(i => _views[(int)((long)i * Count / count)])], Input, Unreadable);
    }

    /// <summary>These, and then the same pictures squashed to the input's size instead of cropped, and mirrored.</summary>
    public CalibrationPictures WithSecondViews() => new([.. _views, .. _views.Select(view => view with { Index = 1 })], Input, Unreadable);

    /// <summary>Keeps some apart, spread evenly, and gives the others and those.</summary>
    public (CalibrationPictures Others, CalibrationPictures Apart) Split(int apart)
    {
        var chosen = Enumerable.Range(0, apart).Select(i => (int)((long)i * Count / apart)).ToHashSet();
        return (
            new([.. _views.Where((_, i) => !chosen.Contains(i))], Input, Unreadable),
            new([.. _views.Where((_, i) => chosen.Contains(i))], Input, Unreadable));
    }

    /// <summary>
    /// Calls <paramref name="use"/> with every picture's tensor on all cores, in any order; the tensor is only good during the call.
    /// </summary>
    public void ForEach(Action<int, Memory<float>> use, CancellationToken cancellationToken) =>
        Work.ForEach(
            Count,
            Input,
            (i, decoder, tensor) =>
            {
                if (_decoder.Decode(_views[i].Encoded, _views[i].Index, decoder, tensor) is { } fault)
                    throw new InvalidOperationException($"A picture that could be read before cannot be read now: {fault.Message}");
                use(i, tensor);
            },
            cancellationToken);

    /// <summary>A picture, and which of the <see cref="ViewDecoder.Views"/> it is seen in.</summary>
    private readonly record struct View(byte[] Encoded, int Index);

    /// <summary>Threads with a decoder and a tensor each, which take indices in turn, so that early ones are done first.</summary>
    private static class Work
    {
        public static void ForEach(
            int count, InputPlan input, Action<int, TensorDecoder, float[]> work, CancellationToken cancellationToken)
        {
            var next = -1;

            // The caller's scheduler: a job's threads are few and give way to serving.
            var parallel = new ParallelOptions { TaskScheduler = TaskScheduler.Current, CancellationToken = cancellationToken };
            try
            {
                Parallel.For(0, Environment.ProcessorCount, parallel, (_, state) =>
                {
                    using var decoder = new TensorDecoder(new());
                    var tensor = new float[input.Length];
                    for (int i; !state.ShouldExitCurrentIteration && (i = Interlocked.Increment(ref next)) < count;)
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        work(i, decoder, tensor);
                    }
                });
            }
            catch (AggregateException error)
            {
                // What went wrong on one thread, mostly the same on all, is what callers can act on.
                ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
            }
        }
    }
}
