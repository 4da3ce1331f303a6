using Lineup.ModelRepository.Manifests;

namespace Lineup.ModelRepository.Catalogs;

/// <summary>One model that can be pulled: where its file is, what the file must be, and how to feed it.</summary>
public sealed record CatalogEntry
{
    /// <summary>The model's name; see <see cref="ModelNames"/>.</summary>
    public required string Name { get; init; }

    /// <summary>The name shown to people.</summary>
    public string? Title { get; init; }

    /// <summary>The family, such as MobileNetV2.</summary>
    public string? Architecture { get; init; }

    /// <summary>Number format of the weights: fp32, fp16, int8; null where it is not stated.</summary>
    public string? Precision { get; init; }

    /// <summary>Address of the ONNX file: https, http, file, or relative to the catalog.</summary>
    public required string Url { get; init; }

    /// <summary>Whether the address was seen together with the hash; null where the catalog does not say.</summary>
    public UrlStatus? UrlStatus { get; init; }

    /// <summary>SHA-256 of the ONNX file, 64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Size of the ONNX file in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>The same file packed for transport, which is fetched instead where it is offered; null where it is not.</summary>
    public CatalogPackedFile? Packed { get; init; }

    /// <summary>SPDX expression of the weights' licence.</summary>
    public string? License { get; init; }

    /// <summary>Where the weights come from, in words.</summary>
    public string? Source { get; init; }

    /// <summary>How a picture becomes the input tensor.</summary>
    public required InputSpecification Input { get; init; }

    /// <summary>What the output tensor holds.</summary>
    public ModelOutput Output { get; init; } = ModelOutput.Logits;

    /// <summary>The names of the classes; null where there are none.</summary>
    public CatalogLabels? Labels { get; init; }

    /// <summary>Accuracy the publisher states, in percent.</summary>
    public PublishedAccuracy? Published { get; init; }

    /// <summary>What a reader should know before relying on this entry.</summary>
    public string? Note { get; init; }
}

/// <summary>A packed file; see <see cref="Packing.ModelPacker"/>. What it unpacks to must have the entry's own hash and size.</summary>
public sealed record CatalogPackedFile
{
    /// <summary>Address of the packed file: https, http, file, or relative to the catalog.</summary>
    public required string Url { get; init; }

    /// <summary>SHA-256 of the packed file, 64 lower-case hexadecimal digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Size of the packed file in bytes.</summary>
    public required long Bytes { get; init; }
}

/// <summary>A labels file; see <see cref="Storage.ClassLabels"/> for what it may hold.</summary>
public sealed record CatalogLabels
{
    /// <summary>Address of the file: https, http, file, or relative to the catalog.</summary>
    public required string Url { get; init; }

    /// <summary>Whether the address was seen together with the hash; null where the catalog does not say.</summary>
    public UrlStatus? UrlStatus { get; init; }

    /// <summary>SHA-256 of the file, 64 lower-case hexadecimal digits; null lets any content pass, with a warning.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The form of a line, in words.</summary>
    public string? Format { get; init; }
}

/// <summary>How far an address in a catalog can be relied on.</summary>
public enum UrlStatus
{
    /// <summary>The address was seen together with its hash.</summary>
    Confirmed,

    /// <summary>The address follows the publisher's pattern, but nobody has fetched it yet.</summary>
    Unconfirmed,
}
