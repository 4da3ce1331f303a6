using System.Text;
using Lineup.ModelRepository.Storage;

namespace Lineup.Compression.Evaluation.Reports;

/// <summary>Writes a report into a folder in every form there is.</summary>
public static class EvaluationFiles
{
    /// <summary>Writes evaluation.json, .csv, .md and .svg, each in one step, over older ones. The folder is made if need be.</summary>
    /// <returns>The paths written.</returns>
    /// <exception cref="EvaluationException">The folder cannot be written to.</exception>
    public static async Task<IReadOnlyList<string>> WriteAsync(EvaluationReport report, string folder, CancellationToken cancellationToken)
    {
        // All is made before anything is written, so that no half of it comes to lie beside another report's other half.
        (string Name, string Content)[] files =
        [
            ("evaluation.json", JsonReport.Write(report)),
            ("evaluation.csv", CsvReport.Write(report)),
            ("evaluation.md", MarkdownReport.Write(report)),
            ("evaluation.svg", ScatterChart.Write(report)),
        ];
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            // From here on it is not cancelled: a few small files.
            Directory.CreateDirectory(folder);
            foreach (var (name, content) in files)
                await AtomicFile.WriteAsync(Path.Combine(folder, name), Encoding.UTF8.GetBytes(content), CancellationToken.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException($"the report cannot be written to {folder}: {error.Message}; name another folder", error);
        }

        return [.. files.Select(file => Path.Combine(folder, file.Name))];
    }
}
