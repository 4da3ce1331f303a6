using System.Numerics.Tensors;
using Lineup.Inference.Lanes;
using Lineup.Inference.Sessions;
using Lineup.ModelRepository.Storage;

namespace Lineup.Inference.Serving;

/// <summary>
/// Brings variants from the repository into memory, one at a time: loading uses all the memory bandwidth there is, and the growth of
/// the process tells what a session takes only while nothing else grows.
/// </summary>
#pragma warning disable CA1001 // A SemaphoreSlim whose wait handle nobody asks for holds nothing to dispose.
internal sealed class VariantLoader(TimeProvider clock)
#pragma warning restore CA1001
{
    /// <summary>What decoding adds to a run before it has been measured; docs/measurements.md.</summary>
    private static readonly TimeSpan TypicalDecode = TimeSpan.FromMilliseconds(2);

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Loads, checks and warms up a variant on a thread of its own choosing.</summary>
    /// <param name="entry">What to load.</param>
    /// <param name="warming">Called when the session is there and its first runs begin.</param>
    /// <param name="cancellationToken">Gives up waiting for the turn; a load that has begun is finished.</param>
    /// <exception cref="ModelLoadException">The file cannot be served; the message says why.</exception>
    public async Task<LoadedVariant> LoadAsync(VariantEntry entry, Action warming, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Load(entry, warming), CancellationToken.None);
        }
        finally
        {
            _turn.Release();
        }
    }

    private LoadedVariant Load(VariantEntry entry, Action warming)
    {
        var started = clock.GetTimestamp();
        var memoryBefore = Environment.WorkingSet;
        var files = FileStamps.Of(entry);
        var session = ModelSession.Load(entry.FilePath, entry.Model);
        try
        {
            var labels = LoadLabels(entry, session);
            warming();
            var run = WarmUp(session);
            return new(entry, session, labels, new LaneQueue(run + TypicalDecode))
            {
                LoadTime = clock.GetElapsedTime(started),
                SessionBytes = Math.Max(Environment.WorkingSet - memoryBefore, entry.FileBytes),
                Files = files,
            };
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Runs on a grey ramp, so that a file with damaged weights fails here and not on a user's picture. Returns a run's time.</summary>
    private TimeSpan WarmUp(ModelSession session)
    {
        var slot = session.TryRent()!;
        try
        {
            for (var i = 0; i < slot.Input.Length; i++)
                slot.Input[i] = ((i % 255) / 127f) - 1;
            slot.Run();
            if (!float.IsFinite(TensorPrimitives.SumOfMagnitudes<float>(slot.Scores)))
                throw new ModelLoadException("The warm-up gave infinities or NaN; the file is damaged or badly converted.");

            var started = clock.GetTimestamp();
            slot.Run();
            return clock.GetElapsedTime(started);
        }
        finally
        {
            session.Return(slot);
        }
    }

    private static IReadOnlyList<ClassLabel>? LoadLabels(VariantEntry entry, ModelSession session)
    {
        if (entry.LabelsPath is null)
            return null;
        IReadOnlyList<ClassLabel> labels;
        try
        {
            labels = ClassLabels.Load(entry.LabelsPath);
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            // As in ModelSession: callers see the message but not where files lie.
            var message = error.Message.Replace(entry.LabelsPath, Path.GetFileName(entry.LabelsPath), StringComparison.Ordinal);
            throw new ModelLoadException($"The labels file cannot be read: {message}", error);
        }

        return labels.Count == session.Classes
            ? labels
            : throw new ModelLoadException(
                $"The model gives {session.Classes} classes but its labels file names {labels.Count}; correct or remove 'labels' in model.json.");
    }
}
