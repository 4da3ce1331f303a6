using Lineup.ModelRepository.Manifests;

namespace Lineup.EndToEnd.Tests.Observability;

/// <summary>A variant that was evaluated before.</summary>
internal static class Evaluated
{
    public static VariantManifest Manifest(string name) => new()
    {
        Name = name,
        Evaluation = new()
        {
            DataSet = "labelled.zip",
            Images = 1000,
            Geometry = "as model.json",
            Top1 = 79.5,
            Top5 = 93.9,
            Agreement = 97.5,
            Kl = 0.006,
            RightToWrong = 9,
            WrongToRight = 10,
            McNemarP = 1,
            MeanMs = 3.5,
            P50Ms = 3.4,
            Cpu = new() { Name = "a processor" },
        },
    };
}
