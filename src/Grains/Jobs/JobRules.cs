using Lineup.Compression.Building;
using Lineup.Compression.Evaluation;
using Lineup.Compression.HalfPrecision;
using Lineup.Compression.Pruning;
using Lineup.Compression.Quantization;
using Lineup.GrainInterfaces.Jobs;
using Lineup.ModelRepository.Storage;

namespace Lineup.Grains.Jobs;

/// <summary>Says everything that speaks against a request before any work is begun, and turns one into what the libraries take.</summary>
internal static class JobRules
{
    private const string Compute16 = "fp16";
    private const string Compute32 = "fp32";

    /// <summary>Everything that is wrong with the request; empty where it can be followed.</summary>
    public static IReadOnlyList<string> Problems(JobRequest request, StoredModel model, DataSets sets)
    {
        var problems = new List<string>();
        if ((request.Compress is null) == (request.Evaluate is null))
            problems.Add("a job either compresses or evaluates");
        if (request is { DataSet: not null, Upload: not null })
            problems.Add("name a data set or upload pictures, not both");
        if (request.DataSet is { } name && sets.Find(name) is null)
            problems.Add(Unknown(name, sets));
        if (request.Compress is { } compress)
            problems.AddRange(Problems(compress, hasPictures: request.DataSet is not null || request.Upload is not null));
        if (request.Evaluate is { } evaluate)
            problems.AddRange(Problems(evaluate, model, hasPictures: request.DataSet is not null || request.Upload is not null));
        if (model.Variants.All(variant => variant.Manifest.Name != ModelStore.OriginalName))
            problems.Add($"model '{model.Manifest.Name}' has no variant '{ModelStore.OriginalName}', which all others are made from and compared with");
        return problems;
    }

    public static HalfPrecisionOptions HalfPrecision(CompressOrder order) =>
        new() { Mode = order.Compute == Compute16 ? HalfPrecisionMode.Compute : HalfPrecisionMode.Storage };

    public static QuantizationOptions Quantization(CompressOrder order) => new()
    {
        Range = order.Range is { } range ? Enum.Parse<RangeMethod>(range, ignoreCase: true) : null,
        ReducedRange = order.ReducedRange,
        Sensitivity = order.Sensitivity,
        KeepFloat = order.KeepFloat ?? [],
    };

    /// <param name="order">Of which only a pruning method that there is may be asked for.</param>
    /// <param name="threads">Threads to use.</param>
    public static PruningOptions Pruning(CompressOrder order, int threads)
    {
        var defaults = new PruningOptions();
        return defaults with
        {
            Sparsity = order.Sparsity ?? defaults.Sparsity,
            WeightSteps = order.WeightSteps ?? defaults.WeightSteps,
            MultiplyAddReduction = order.MultiplyAdds ?? defaults.MultiplyAddReduction,
            Method = order.Pruning is { } method ? Enum.Parse<PruningMethod>(method, ignoreCase: true) : defaults.Method,
            Threads = threads,
        };
    }

    public static EvaluationGeometry? Geometry(EvaluateOrder order) =>
        order.CropOnly ? EvaluationGeometry.CropOnly : order.Resize is { } side ? EvaluationGeometry.Resize(side) : null;

    private static IEnumerable<string> Problems(CompressOrder order, bool hasPictures)
    {
        var known = string.Join(", ", VariantRecipes.Names);
        if (order.Variants.Count == 0)
            yield return $"variants is empty: name some of {known}";
        foreach (var unknown in order.Variants.Except(VariantRecipes.Names))
            yield return $"variants: there is no recipe '{unknown}', but {known}";
        if (!hasPictures && VariantRecipes.NeedingPictures(order.Variants).ToList() is { Count: > 0 } needy)
            yield return $"{string.Join(", ", needy)} cannot be made without pictures: upload a zip archive, or name a data set";
        if (order.Compute is not (null or Compute16 or Compute32))
            yield return $"compute must be {Compute32} or {Compute16}, not '{order.Compute}'";
        if (order.Range is not null && !IsName<RangeMethod>(order.Range))
            yield return $"range must be one of {string.Join(", ", Enum.GetNames<RangeMethod>())}, not '{order.Range}'";
        if (order.Floor is not (null or (>= 0 and <= 1)))
            yield return $"floor must be 0 to 1, not {order.Floor}";
        if (order.Count < 1)
            yield return $"count must be at least 1, not {order.Count}";
        if (order.Pruning is not null && !IsName<PruningMethod>(order.Pruning))
        {
            yield return $"pruning must be one of {string.Join(", ", Enum.GetNames<PruningMethod>()).ToLowerInvariant()}, not '{order.Pruning}'";
            yield break;
        }

        foreach (var problem in Pruning(order, threads: 1).Problems())
            yield return problem;
    }

    private static IEnumerable<string> Problems(EvaluateOrder order, StoredModel model, bool hasPictures)
    {
        if (!hasPictures)
            yield return "an evaluation needs labelled pictures: upload a zip archive with <wnid or class>/<picture>, or name a data set";
        var known = model.Variants.Select(variant => variant.Manifest.Name).ToList();
        foreach (var unknown in (order.Variants ?? []).Except(known))
            yield return $"variants: model '{model.Manifest.Name}' has no variant '{unknown}', but {string.Join(", ", known)}";
        if (order.Count < 1)
            yield return $"count must be at least 1, not {order.Count}";
        if (order.Resize < 1)
            yield return $"resize must be at least 1, not {order.Resize}";
        if (order is { CropOnly: true, Resize: not null })
            yield return "cropOnly and resize exclude each other: give one of them";
        if (model.Manifest.Labels is null)
            yield return $"model '{model.Manifest.Name}' has no labels, so no class can be told: name a labels file in its model.json";
    }

    private static string Unknown(string name, DataSets sets) => sets.Folder is null
        ? $"there is no data set '{name}': the silo has no folder for them (Lineup:Jobs:DataFolder)"
        : $"there is no data set '{name}', but {(sets.List() is { Count: > 0 } known ? string.Join(", ", known) : "none at all")}";

    // Enum.TryParse takes numbers, too.
    private static bool IsName<T>(string text)
        where T : struct, Enum => Enum.GetNames<T>().Contains(text, StringComparer.OrdinalIgnoreCase);
}
