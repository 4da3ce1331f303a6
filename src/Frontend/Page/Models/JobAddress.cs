using System.Globalization;
using Lineup.GrainInterfaces.Jobs;
using Microsoft.AspNetCore.Http.Extensions;

namespace Lineup.Frontend.Page.Models;

/// <summary>Writes orders as addresses of the REST API.</summary>
internal static class JobAddress
{
    public static string Model(string model) => $"/api/models/{Uri.EscapeDataString(model)}";

    public static string Variant(string model, string variant) => $"{Model(model)}/variants/{Uri.EscapeDataString(variant)}";

    public static string Job(JobStatus job) => $"{Model(job.Model)}/jobs/{Uri.EscapeDataString(job.Id)}";

    public static string Pull(string model) => $"/api/catalog/{Uri.EscapeDataString(model)}/pull";

    /// <param name="model">The model's name.</param>
    /// <param name="order">What to make.</param>
    /// <param name="dataSet">A data set; null where pictures are uploaded, or none are needed.</param>
    /// <param name="name">What to call the upload; null where there is none.</param>
    public static string Compress(string model, CompressOrder order, string? dataSet, string? name) => With($"{Model(model)}/compress", new()
    {
        ["variants"] = string.Join(',', order.Variants),
        ["count"] = Say(order.Count),
        ["compute"] = order.Compute,
        ["range"] = order.Range,
        ["reducedRange"] = Say(order.ReducedRange),
        ["sensitivity"] = Say(order.Sensitivity),
        ["keepFloat"] = order.KeepFloat is null ? null : string.Join(',', order.KeepFloat),
        ["sparsity"] = Say(order.Sparsity),
        ["multiplyAdds"] = Say(order.MultiplyAdds),
        ["weightSteps"] = Say(order.WeightSteps),
        ["pruning"] = order.Pruning,
        ["floor"] = Say(order.Floor),
        ["force"] = Say(order.Force),
        ["dryRun"] = Say(order.DryRun),
        ["dataSet"] = dataSet,
        ["name"] = name,
    });

    /// <inheritdoc cref="Compress"/>
    public static string Evaluate(string model, EvaluateOrder order, string? dataSet, string? name) => With($"{Model(model)}/evaluate", new()
    {
        ["variants"] = order.Variants is null ? null : string.Join(',', order.Variants),
        ["count"] = Say(order.Count),
        ["cropOnly"] = Say(order.CropOnly),
        ["resize"] = Say(order.Resize),
        ["save"] = order.NoSave ? "false" : null,
        ["dataSet"] = dataSet,
        ["name"] = name,
    });

    private static string With(string path, Dictionary<string, string?> query) =>
        path + new QueryBuilder(query.Where(item => item.Value is not null).Select(item => KeyValuePair.Create(item.Key, item.Value!))).ToQueryString();

    private static string? Say(bool value) => value ? "true" : null;

    private static string? Say(double? value) => value?.ToString(CultureInfo.InvariantCulture);

    private static string? Say(int? value) => value?.ToString(CultureInfo.InvariantCulture);
}
