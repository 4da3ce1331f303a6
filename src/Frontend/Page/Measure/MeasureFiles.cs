using System.Text;
using System.Xml.Linq;
using Lineup.Frontend.Errors;
using Lineup.Frontend.Models;
using Lineup.Frontend.Page.Measure.Charts;
using Lineup.Frontend.Page.Measure.Evaluations;
using Lineup.Frontend.Page.Measure.Live;
using Lineup.GrainInterfaces.Variants;
using Lineup.Reports.Charts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Lineup.Frontend.Page.Measure;

/// <summary>What the page shows, as files to keep: tables as CSV, charts as SVG. The browser makes a PNG of an SVG by itself.</summary>
internal static class MeasureFiles
{
    public static void MapMeasureFiles(this IEndpointRouteBuilder endpoints)
    {
        var files = endpoints.MapGroup("/measure/{model}").ExcludeFromDescription();
        files.MapGet("/evaluation.csv", (string model, ModelDirectory models) =>
            ForAsync(models, model, known => Csv(EvaluationColumn.ToCsv(model, EvaluationRow.Of(known)), $"{model}-evaluation.csv")));
        files.MapGet("/live.csv", (string model, ModelDirectory models, LiveSampler sampler) =>
            ForAsync(models, model, known => Csv(LiveCsv.Write(known, sampler.Latest), $"{model}-live.csv")));
        files.MapGet("/trade-off.svg", TradeOffAsync);
        files.MapGet("/latency.svg", (string model, int? percentile, ModelDirectory models, LiveSampler sampler) => ForAsync(models, model, known =>
            Svg(LineDrawing.Draw(new LiveCharts(known, sampler.Latest).Latency(percentile == 99 ? 0.99 : 0.5), ChartSheet.File), $"{model}-latency.svg")));
        files.MapGet("/throughput.svg", (string model, ModelDirectory models, LiveSampler sampler) => ForAsync(models, model, known =>
            Svg(LineDrawing.Draw(new LiveCharts(known, sampler.Latest).Throughput(), ChartSheet.File), $"{model}-throughput.svg")));
        files.MapGet("/stages.svg", (string model, ModelDirectory models, LiveSampler sampler) => ForAsync(models, model, known =>
            Svg(StageDrawing.Draw(new LiveCharts(known, sampler.Latest).StageTimes(), ChartSheet.File), $"{model}-stages.svg")));
    }

    private static Task<IResult> TradeOffAsync(
        string model, AccuracyMeasure? accuracy, TimeMeasure? time, ModelDirectory models, LiveSampler sampler) => ForAsync(models, model, known =>
    {
        var tradeOff = TradeOff.Of(
            model, EvaluationRow.Of(known), sampler.Latest, accuracy ?? AccuracyMeasure.Top1, time ?? TimeMeasure.Evaluation);
        return tradeOff.Points.Count == 0
            ? NotFound($"No variant of '{model}' has been evaluated and timed, so there is nothing to draw.")
            : Svg(ScatterDrawing.Draw(tradeOff.ToPlot(), ChartSheet.File), $"{model}-accuracy-against-latency.svg");
    });

    private static async Task<IResult> ForAsync(ModelDirectory models, string model, Func<ModelResponse, IResult> write) =>
        (await models.ReadAsync()).Models.FirstOrDefault(candidate => candidate.Name == model) is { } known
            ? write(known)
            : NotFound($"The repository has no model '{model}'. GET /api/models lists what it has.");

    // A byte order mark, without which spreadsheets take UTF-8 for something else.
    private static FileContentHttpResult Csv(string text, string name) =>
        TypedResults.File([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)], "text/csv; charset=utf-8", name);

    private static FileContentHttpResult Svg(XElement chart, string name) =>
        TypedResults.File(Encoding.UTF8.GetBytes($"{chart}\n"), "image/svg+xml; charset=utf-8", name);

    private static IResult NotFound(string reason) => ApiProblem.For(ClassifyOutcome.NotFound, reason).ToResult();
}
