using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Lineup.ModelRepository.Storage;

namespace Lineup.Training.Runs;

/// <summary>A run's metrics: a line of JSON for each epoch, complete at any time.</summary>
internal sealed class MetricsFile(string path)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Drops the lines of epochs that will be gone through again.</summary>
    /// <param name="epochs">Epochs that stay; 0 for none.</param>
    /// <param name="cancellationToken">Stops before anything is written.</param>
    public async Task KeepAsync(int epochs, CancellationToken cancellationToken)
    {
        string[] lines = File.Exists(path) ? await File.ReadAllLinesAsync(path, cancellationToken) : [];
        var kept = lines.Where(line => EpochOf(line) is { } epoch && epoch <= epochs);
        await AtomicFile.WriteAsync(path, System.Text.Encoding.UTF8.GetBytes(string.Concat(kept.Select(line => line + "\n"))), cancellationToken);
    }

    public Task AddAsync(EpochReport report, CancellationToken cancellationToken) =>
        File.AppendAllTextAsync(path, JsonSerializer.Serialize(report, Json) + "\n", cancellationToken);

    private static int? EpochOf(string line)
    {
        try
        {
            return JsonNode.Parse(line)?["epoch"]?.GetValue<int>();
        }
        catch (JsonException)
        {
            // Cut off when the process was ended.
            return null;
        }
    }
}
