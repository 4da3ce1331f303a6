using Lineup.Inference.Sessions;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Packing;
using Lineup.ModelRepository.Pulling;
using Lineup.ModelRepository.Storage;

namespace Lineup.Compression.Evaluation;

/// <summary>What has to be known of a variant before pictures come: its file's measures, its session, and what the latter takes.</summary>
internal static class VariantPreparation
{
    /// <summary>Hash and sizes. The latter are taken from variant.json if that speaks of this very file: deflate is slow.</summary>
    public static async Task<FileFacts> MeasureAsync(VariantEntry entry, Action<long> progressed, CancellationToken cancellationToken)
    {
        var sha256 = await FileMeasures.Sha256Async(entry.FilePath, static _ => { }, cancellationToken);
        var known = entry.Manifest.Sha256 == sha256 ? entry.Manifest : null;
        var packed = known?.PackedBytes ?? await ModelPacker.MeasureAsync(entry.FilePath, static _ => { }, cancellationToken);
        if (known?.CompressedBytes is { } compressed)
        {
            progressed(entry.FileBytes);
            return new(sha256, compressed, packed);
        }

        return new(sha256, await FileMeasures.DeflatedBytesAsync(entry.FilePath, progressed, cancellationToken), packed);
    }

    /// <summary>
    /// Loads the smallest file and lets it go again. The first session of a process brings ONNX Runtime's own 40 MiB, which would
    /// otherwise be counted as the first variant's.
    /// </summary>
    public static void Warm(IReadOnlyList<VariantEntry> entries, InputSpecification input)
    {
        var smallest = entries.MinBy(entry => entry.FileBytes)!;
        try
        {
            ModelSession.Load(smallest.FilePath, smallest.Model with { Input = input }).Dispose();
        }
        catch (ModelLoadException)
        {
            // It will be loaded again in its turn, and said to be what it is.
        }
    }

    /// <summary>
    /// Loads a variant and runs it once. The growth of the process tells what it takes, as long as nothing else grows meanwhile; an
    /// estimate, since memory that something else has given back is taken without growth.
    /// </summary>
    /// <exception cref="ModelLoadException">The variant cannot be used; the message says why.</exception>
    public static VariantTrial Load(VariantEntry entry, FileFacts file, InputSpecification input, int classes, int pictures)
    {
        var before = Environment.WorkingSet;
        var session = ModelSession.Load(entry.FilePath, entry.Model with { Input = input });
        try
        {
            if (session.Classes != classes)
            {
                throw new ModelLoadException(
                    $"it gives {session.Classes} classes but the model's labels file names {classes}; correct 'labels' in model.json");
            }

            var slot = session.TryRent()!;
            slot.Input.Clear();
            slot.Run();
            session.Return(slot);
            return new(entry, file, session, Math.Max(Environment.WorkingSet - before, entry.FileBytes), pictures);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}
