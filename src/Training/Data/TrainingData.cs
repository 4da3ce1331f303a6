using Lineup.Compression.Pictures;
using Lineup.Inference.Imaging;
using Lineup.ModelRepository.Manifests;
using Lineup.ModelRepository.Storage;

namespace Lineup.Training.Data;

/// <summary>Where pictures come from and how many are taken.</summary>
public sealed record DataOptions
{
    /// <summary>A folder or zip of pictures, or CIFAR-10's binary release (.tar.gz).</summary>
    public required string Path { get; init; }

    /// <summary>Names of the classes, in the order of the model's output; null where labels are not needed.</summary>
    public IReadOnlyList<ClassLabel>? Labels { get; init; }

    /// <summary>How the model sees pictures.</summary>
    public required InputSpecification Input { get; init; }

    /// <summary>Most training pictures to take, and a fifth as many for testing; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Bytes of decoded pictures to keep. Default: 2 GiB.</summary>
    public long MemoryBytes { get; init; } = 2L << 30;
}

/// <summary>
/// The pictures of a run. What lies under <c>test/</c> is never learned from; without such a folder all pictures are, and nothing is
/// tested. The name of a picture's folder is its class.
/// </summary>
public sealed class TrainingData : IDisposable
{
    private const string TestFolder = "test/";

    private readonly PictureSet? _set;

    private TrainingData(string name, TrainingSet train, TrainingSet? test, PictureSet? set) =>
        (Name, Train, Test, _set) = (name, train, test, set);

    /// <summary>What the folder or archive is called.</summary>
    public string Name { get; }

    public TrainingSet Train { get; }

    /// <summary>Null where there are no pictures to test on.</summary>
    public TrainingSet? Test { get; }

    /// <summary>Pictures that were left out, and why.</summary>
    public IReadOnlyList<UnreadablePicture> Unreadable { get; private init; } = [];

    /// <summary>Folders that were left out because they are called like no class.</summary>
    public IReadOnlyList<UnknownClass> Unknown { get; private init; } = [];

    /// <summary>Pictures that are there already.</summary>
    internal static TrainingData Of(string name, TrainingSet train, TrainingSet? test) => new(name, train, test, null);

    /// <summary>Opens a set and decodes it.</summary>
    /// <param name="options">What and how much.</param>
    /// <param name="progress">Hears how many pictures of how many are done.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="TrainingException">No picture can be used.</exception>
    /// <exception cref="PictureSetException">There is no such set.</exception>
    public static TrainingData Open(DataOptions options, Action<int, int> progress, CancellationToken cancellationToken)
    {
        if (options.Labels is { } labels && CifarArchive.Is(options.Path))
        {
            var (train, test) = CifarArchive.Read(options.Path, labels, cancellationToken);
            return new(Path.GetFileName(options.Path), Limit(train, options.Limit), Limit(test, options.Limit / 5), null);
        }

        var set = PictureSet.Open(options.Path, new ImageOptions());
        try
        {
            return Open(set, options, progress, cancellationToken);
        }
        catch
        {
            set.Dispose();
            throw;
        }
    }

    public void Dispose() => _set?.Dispose();

    private static TrainingData Open(PictureSet set, DataOptions options, Action<int, int> progress, CancellationToken cancellationToken)
    {
        var (pictures, classes, unknown) = Match(set, options.Labels);
        var train = Pick(pictures, IsTest: false, options.Limit);
        var test = options.Labels is null ? [] : Pick(pictures, IsTest: true, options.Limit / 5);
        if (train.Count == 0)
            throw new TrainingException($"{set.Name} holds no pictures to learn from: {(options.Labels is null ? "it is empty" : "their folders must be called like the classes")}");

        int[] chosen = [.. train, .. test];
        var shorter = options.Input.ResizeShorterSide ?? Math.Max(options.Input.Width, options.Input.Height);
        var trainBank = PictureBank.Load(
            set, [.. train.Select(i => pictures[i])], shorter, options.MemoryBytes, done => progress(done, chosen.Length), cancellationToken);
        var testBank = test.Count == 0 ? default : PictureBank.Load(
            set, [.. test.Select(i => pictures[i])], shorter, options.MemoryBytes, done => progress(train.Count + done, chosen.Length), cancellationToken);
        if (trainBank.Used.Count == 0)
            throw new TrainingException($"not one of {set.Name}'s {train.Count} pictures can be read; the first: {trainBank.Unreadable[0].Path}: {trainBank.Unreadable[0].Reason}");

        return new(
            set.Name,
            new() { Pictures = trainBank.Bank, Classes = classes is null ? null : [.. trainBank.Used.Select(i => classes[train[i]])] },
            testBank.Used is { Count: > 0 } used ? new() { Pictures = testBank.Bank, Classes = [.. used.Select(i => classes![test[i]])] } : null,
            set)
        {
            Unreadable = [.. trainBank.Unreadable, .. testBank.Unreadable ?? []],
            Unknown = unknown,
        };
    }

    private static (IReadOnlyList<Picture> Pictures, IReadOnlyList<int>? Classes, IReadOnlyList<UnknownClass> Unknown) Match(
        PictureSet set, IReadOnlyList<ClassLabel>? labels)
    {
        if (labels is null)
            return (set.Pictures, null, []);
        var matched = LabelledPictures.Match(set.Pictures, labels);
        return ([.. matched.Pictures.Select(one => one.Picture)], [.. matched.Pictures.Select(one => one.Class)], matched.Unknown);
    }

    private static IReadOnlyList<int> Pick(IReadOnlyList<Picture> pictures, bool IsTest, int? limit)
    {
        int[] places = [.. Enumerable.Range(0, pictures.Count).Where(i => pictures[i].Path.StartsWith(TestFolder, StringComparison.Ordinal) == IsTest)];
        return limit is { } most ? Subset.Pick(places, most, seed: 1) : places;
    }

    private static TrainingSet Limit(TrainingSet set, int? limit)
    {
        if (limit is not { } most || most >= set.Count)
            return set;
        var places = Subset.Pick([.. Enumerable.Range(0, set.Count)], most, seed: 1);
        using var reader = new PictureReader(set.Pictures.ShorterSide);
        return new() { Pictures = PictureBank.Of([.. places.Select(i => set.Pictures.Get(i, reader))]), Classes = [.. places.Select(i => set.Classes![i])] };
    }
}
