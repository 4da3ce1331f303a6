using Lineup.Compression.Hardware;
using Lineup.Compression.Pictures;
using Lineup.Inference.Imaging;
using Lineup.Inference.Sessions;
using Lineup.ModelRepository.Storage;

namespace Lineup.Compression.Evaluation;

/// <summary>
/// Takes labelled pictures through a model and its variants. Every picture is decoded once, and all variants run on that tensor one
/// after the other, another one first each time, so that whatever else the machine does falls on all of them. Memory does not grow with
/// the pictures: a thread holds one at a time. Any thread may call, but times mean something only while nothing else runs.
/// </summary>
public sealed class Evaluator(ImageOptions images, TimeProvider clock)
{
    /// <summary>Evaluates; nothing is written.</summary>
    /// <param name="request">What to evaluate on what.</param>
    /// <param name="progress">Told how far it has come; null for nobody.</param>
    /// <param name="cancellationToken">Ends it within the time of a few runs.</param>
    /// <exception cref="EvaluationException">It cannot be made; the message says why.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<EvaluationReport> EvaluateAsync(
        EvaluationRequest request, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        var plan = EvaluationPlan.Create(request);
        var trials = new List<VariantTrial>();
        try
        {
            var files = await MeasureAsync(plan.Variants, progress, cancellationToken);
            var failures = new List<VariantFailure>();
            await StartAsync(() => VariantPreparation.Warm(plan.Variants, plan.Input), cancellationToken);
            foreach (var entry in plan.Variants)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Report(new(EvaluationStage.Loading, trials.Count + failures.Count, plan.Variants.Count));
                await StartAsync(() => Load(entry), CancellationToken.None);
            }

            var unreadable = await RunAsync(plan.Pictures, trials, progress, cancellationToken);
            return Summary.Of(plan, trials, unreadable) with { Failures = failures };

            void Load(VariantEntry entry)
            {
                try
                {
                    trials.Add(VariantPreparation.Load(entry, files[entry], plan.Input, plan.Classes, plan.Pictures.Count));
                }
                catch (ModelLoadException error) when (entry.Manifest.Name != ModelStore.OriginalName)
                {
                    failures.Add(new(entry.Manifest.Name, error.Message));
                }
                catch (ModelLoadException error)
                {
                    throw new EvaluationException($"{plan.Model}/{entry.Manifest.Name} cannot be loaded: {error.Message}", error);
                }
            }
        }
        finally
        {
            trials.ForEach(trial => trial.Dispose());
        }
    }

    /// <summary>On the caller's scheduler, where that is not the pool's.</summary>
    private static Task StartAsync(Action work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(work, cancellationToken, TaskCreationOptions.DenyChildAttach, TaskScheduler.Current);

    private static async Task<Dictionary<VariantEntry, FileFacts>> MeasureAsync(
        IReadOnlyList<VariantEntry> entries, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        var (done, total) = (0L, entries.Sum(entry => entry.FileBytes));
        var files = new Dictionary<VariantEntry, FileFacts>();
        foreach (var entry in entries)
        {
            try
            {
                files[entry] = await VariantPreparation.MeasureAsync(entry, Report, cancellationToken);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new EvaluationException($"{entry.FilePath} cannot be read: {error.Message}", error);
            }

            done += entry.FileBytes;
        }

        return files;

        void Report(long read) => progress?.Report(new(EvaluationStage.Measuring, done + read, total));
    }

    /// <summary>Runs all pictures on as many threads as the plan says; returns, by place, why a picture could not be read.</summary>
    private async Task<string?[]> RunAsync(
        EvaluationPictures pictures, List<VariantTrial> trials, IProgress<EvaluationProgress>? progress, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var faults = new string?[pictures.Count];
        var gate = new Lock();
        var (next, done) = (-1, 0);

        // Threads of their own, or those of the scheduler that this was called on: runs take all of a core for seconds, which pool threads
        // are not for.
        var threads = Enumerable.Range(0, Math.Min(pictures.Threads, pictures.Count))
            .Select(_ => Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Current));
        await Task.WhenAll(threads);
        cancellationToken.ThrowIfCancellationRequested();
        return faults;

        void Work()
        {
            try
            {
                using var worker = new EvaluationWorker(trials, images, clock);
                int place;
                while (!stop.IsCancellationRequested && (place = Interlocked.Increment(ref next)) < pictures.Count)
                {
                    var labelled = pictures.Labelled[place];
                    var content = pictures.Set.Read(labelled.Picture);
                    faults[place] = content.Problem ?? worker.Evaluate(content.Bytes!, place, labelled)?.Describe();
                    lock (gate)
                        progress?.Report(new(EvaluationStage.Evaluating, ++done, pictures.Count));
                }
            }
            catch
            {
                stop.Cancel();
                throw;
            }
        }
    }
}
