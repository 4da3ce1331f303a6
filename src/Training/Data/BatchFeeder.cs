using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Lineup.ModelRepository.Manifests;

namespace Lineup.Training.Data;

/// <summary>
/// Prepares the batches of an epoch in an order of chance, several at once, while the steps before them run. The same seed and epoch give
/// the same batches, from whichever step on. A last batch that would not be full is left out: its pictures come in another epoch.
/// </summary>
internal sealed class BatchFeeder : IDisposable
{
    /// <summary>Batches that wait, besides those in work: enough that a slow one is not felt, few enough to stay in memory.</summary>
    private const int Ahead = 2;

    /// <summary>Stands for the epoch in draws that are the same in all.</summary>
    private const int Always = -1;

    private readonly TrainingSet _set;
    private readonly InputSpecification _input;
    private readonly FeedOptions _options;
    private readonly ConcurrentBag<Batch> _free = [];
    private readonly ConcurrentBag<(Augmenter Augmenter, PictureReader Reader)> _workers = [];

    public BatchFeeder(TrainingSet set, InputSpecification input, FeedOptions options)
    {
        if (options.Batch > set.Count)
            throw new TrainingException($"a batch of {options.Batch} needs as many pictures; there are {set.Count}: take a smaller batch or more pictures");
        (_set, _input, _options) = (set, input, options);
    }

    /// <summary>Steps of an epoch.</summary>
    public int Steps => _set.Count / _options.Batch;

    /// <summary>The batches of an epoch from <paramref name="firstStep"/> on. Give each back when its step is done.</summary>
    public async IAsyncEnumerable<Batch> ReadAsync(int epoch, int firstStep, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var order = new Draws(_options.Seed, epoch, -1).Shuffle(_set.Count);
        var waiting = Channel.CreateBounded<Task<Batch>>(Ahead);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var writing = WriteAsync(waiting.Writer, epoch, firstStep, order, stop.Token);
        try
        {
            await foreach (var batch in waiting.Reader.ReadAllAsync(cancellationToken))
                yield return await batch;
        }
        finally
        {
            await stop.CancelAsync();
            await writing;

            // Who leaves early leaves batches in work, which must not outlive the set they read.
            while (waiting.Reader.TryRead(out var left))
                await ((Task)left).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Takes a batch back, to fill it anew.</summary>
    public void Return(Batch batch) => _free.Add(batch);

    public void Dispose()
    {
        foreach (var (_, reader) in _workers)
            reader.Dispose();
    }

    private async Task WriteAsync(ChannelWriter<Task<Batch>> writer, int epoch, int firstStep, int[] order, CancellationToken cancellationToken)
    {
        try
        {
            for (var step = firstStep; step < Steps; step++)
            {
                var now = step;
                await writer.WaitToWriteAsync(cancellationToken);
                await writer.WriteAsync(Task.Run(() => Prepare(epoch, now, order), CancellationToken.None), cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The reader left, and says so itself where it matters.
        }
        finally
        {
            writer.Complete();
        }
    }

    private Batch Prepare(int epoch, int step, int[] order)
    {
        var worker = _workers.TryTake(out var idle) ? idle : (new(_input, _options.Augmentation), new(_set.Pictures.ShorterSide));
        var (size, length) = (_options.Batch, worker.Augmenter.Length);
        var batch = _free.TryTake(out var used) ? used with { Step = step } : new(new float[size * length], new float[size * _options.Classes], step);
        Array.Clear(batch.Targets);
        for (var i = 0; i < size; i++)
        {
            var index = order[(step * size) + i];
            var draws = new Draws(_options.Seed, epoch, index);
            var isMirrored = new Draws(_options.Seed, Always, index).Coin() == (epoch % 2 == 0);
            worker.Augmenter.Prepare(_set.Pictures.Get(index, worker.Reader), ref draws, isMirrored, batch.Images.AsSpan(i * length, length));
            if (_set.Classes is { } classes)
                WriteTarget(batch.Targets.AsSpan(i * _options.Classes, _options.Classes), classes[index]);
        }

        _workers.Add(worker);
        return batch;
    }

    /// <summary>Szegedy et al., "Rethinking the Inception architecture", 2016: the class gets 1 - s + s/K, each other s/K.</summary>
    private void WriteTarget(Span<float> target, int label)
    {
        target.Fill((float)(_options.LabelSmoothing / _options.Classes));
        target[label] += (float)(1 - _options.LabelSmoothing);
    }
}

/// <summary>How batches are made.</summary>
/// <param name="Batch">Pictures of a batch.</param>
/// <param name="Classes">Classes of the model.</param>
/// <param name="Augmentation">What is done to pictures.</param>
/// <param name="LabelSmoothing">Share of a target's probability that is spread over all classes, 0 or more, less than 1.</param>
/// <param name="Seed">Fixes order and changes.</param>
internal sealed record FeedOptions(int Batch, int Classes, Augmentation Augmentation, double LabelSmoothing, int Seed);
