using Lineup.Compression.Hardware;
using Lineup.Compression.Pictures;

namespace Lineup.Compression.Evaluation;

/// <summary>From answers, picture by picture, to the table.</summary>
internal static class Summary
{
    /// <param name="plan">What was run on what.</param>
    /// <param name="trials">The variants with their answers, the original first.</param>
    /// <param name="unreadable">By place, why a picture could not be read; null where it could.</param>
    /// <exception cref="EvaluationException">No picture could be read.</exception>
    public static EvaluationReport Of(EvaluationPlan plan, IReadOnlyList<VariantTrial> trials, string?[] unreadable)
    {
        var places = Enumerable.Range(0, plan.Pictures.Count).Where(place => unreadable[place] is null).ToArray();
        var faults = Enumerable.Range(0, plan.Pictures.Count)
            .Where(place => unreadable[place] is not null)
            .Select(place => new UnreadablePicture(plan.Pictures.Labelled[place].Picture.Path, unreadable[place]!))
            .ToList();
        if (places.Length == 0)
        {
            throw new EvaluationException(
                $"none of the {plan.Pictures.Count} pictures of {plan.Pictures.Set.Name} can be read; "
                + $"the first: {faults[0].Path}: {faults[0].Reason}");
        }

        var reports = trials.Select(trial => Of(trial, trials[0], places)).ToList();
        return new()
        {
            Model = plan.Model,
            DataSet = plan.Pictures.Set.Name,
            Images = places.Length,
            Geometry = EvaluationGeometry.Describe(plan.Input),
            Threads = Math.Min(plan.Pictures.Threads, plan.Pictures.Count),
            Cpu = Cpu.Current,
            ToolVersion = typeof(Summary).Assembly.GetName().Version!.ToString(3),
            Variants = reports,
            Unreadable = faults,
            UnknownClasses = plan.UnknownClasses,
            Warnings = [.. trials.Zip(reports, Warnings).SelectMany(warnings => warnings)],
        };
    }

    private static VariantReport Of(VariantTrial trial, VariantTrial original, int[] places)
    {
        var answers = places.Select(place => (This: trial.Answers[place], Original: original.Answers[place])).ToArray();
        var rightToWrong = answers.Count(pair => pair.Original.IsRight && !pair.This.IsRight);
        var wrongToRight = answers.Count(pair => !pair.Original.IsRight && pair.This.IsRight);
        var times = RunTimes.Of(answers.Select(pair => pair.This.Run));
        return new()
        {
            Variant = trial.Name,
            IsOriginal = trial == original,
            Precision = trial.Entry.Manifest.Precision,
            Top1 = Percent(pair => pair.This.IsRight),
            Top5 = Percent(pair => pair.This.Rank < 5),
            Agreement = Percent(pair => pair.This.IsFinite && pair.This.Best == pair.Original.Best),
            Divergence = answers.Select(pair => pair.This.Divergence).Where(double.IsFinite).Cast<double?>().Average(),
            RightToWrong = rightToWrong,
            WrongToRight = wrongToRight,
            McNemarP = McNemar.PValue(rightToWrong, wrongToRight),
            NotFinite = answers.Count(pair => !pair.This.IsFinite),
            Times = times,
            SpeedUp = answers.Sum(pair => pair.Original.Run.Ticks) / (double)Math.Max(times.Total.Ticks, 1),
            Bytes = trial.Entry.FileBytes,
            CompressedBytes = trial.File.CompressedBytes,
            PackedBytes = trial.File.PackedBytes,
            MemoryBytes = trial.MemoryBytes,
            Sha256 = trial.File.Sha256,
        };

        double Percent(Func<(VariantAnswer This, VariantAnswer Original), bool> counts) => 100d * answers.Count(counts) / answers.Length;
    }

    private static IEnumerable<string> Warnings(VariantTrial trial, VariantReport report)
    {
        if (report.NotFinite > 0)
            yield return $"{trial.Name} gives infinities or NaN for {report.NotFinite} pictures, which count as wrong: convert it anew";
        if (trial.Entry.Manifest.Sha256 is { } recorded && recorded != trial.File.Sha256)
        {
            yield return $"the sha256 in {trial.Name}'s variant.json is not that of its model.onnx: "
                + "the file was changed since, so what else is said there may not hold";
        }
    }
}
