namespace Lineup.ModelRepository.Manifests;

/// <summary>What model.json says about a model: everything its variants share.</summary>
public sealed record ModelManifest
{
    /// <summary>The name of the file that holds it, in the model's folder.</summary>
    public const string FileName = "model.json";

    /// <summary>Version of this schema; 1 is the only one so far.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>The model's name, which is its folder's name too; see <see cref="ModelNames"/>.</summary>
    public required string Name { get; init; }

    /// <summary>The name shown to people; the plain name if model.json does not say.</summary>
    public string? Title { get; init; }

    /// <summary>The family, such as MobileNetV2.</summary>
    public string? Architecture { get; init; }

    /// <summary>SPDX expression of the weights' licence.</summary>
    public string? License { get; init; }

    /// <summary>Where the weights come from, in words.</summary>
    public string? Source { get; init; }

    /// <summary>How a picture becomes the input tensor.</summary>
    public required InputSpecification Input { get; init; }

    /// <summary>Whether the last layer gives logits (softmax is still to be applied) or probabilities.</summary>
    public ModelOutput Output { get; init; } = ModelOutput.Logits;

    /// <summary>The labels file in the model's folder, one class a line in class order; null where classes have no names.</summary>
    public string? Labels { get; init; }

    /// <summary>Accuracy the publisher states for the original, in percent; null where none is stated.</summary>
    public PublishedAccuracy? Published { get; init; }

    /// <summary>Says everything that is wrong with this manifest in the folder <paramref name="folderName"/>; empty when sound.</summary>
    public IEnumerable<string> Problems(string folderName)
    {
        if (Schema != 1)
            yield return $"schema must be 1, not {Schema}: this version of Lineup knows no other";
        if (Name != folderName)
            yield return $"name is '{Name}' but the folder is '{folderName}': make them the same";
        if (Labels is not null && (Labels.Length == 0 || Labels[0] == '.' || Labels.AsSpan().ContainsAny("/\\:")))
            yield return $"labels must be the plain name of a file beside model.json, not '{Labels}'";
        foreach (var problem in Input is null ? ["input is missing"] : Input.Problems())
            yield return problem;
    }
}

/// <summary>What the numbers of the output tensor are.</summary>
public enum ModelOutput
{
    Logits,
    Probabilities,
}

/// <summary>Published ImageNet validation accuracy in percent.</summary>
public sealed record PublishedAccuracy
{
    public double? Top1 { get; init; }

    public double? Top5 { get; init; }
}
