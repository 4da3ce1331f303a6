using System.Text.Json;

namespace Lineup.Frontend.Page.Models;

/// <summary>What the page shows of the report that <c>lineup evaluate --output</c> writes.</summary>
internal sealed record EvaluationReportView(string DataSet, int Images, IReadOnlyList<EvaluationReportView.Variant> Variants, IReadOnlyList<string>? Warnings)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>Null where it is none.</summary>
    public static EvaluationReportView? Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<EvaluationReportView>(json, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal sealed record Variant(string Name, Figures Evaluation, double SpeedUp, long? CompressedBytes);

    /// <summary>Percents and milliseconds.</summary>
    internal sealed record Figures(double Top1, double Top5, double Agreement, double MeanMs);
}
