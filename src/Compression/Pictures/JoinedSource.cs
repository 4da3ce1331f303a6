namespace Lineup.Compression.Pictures;

/// <summary>Several sources as one. A path that two of them have occurs twice.</summary>
internal sealed class JoinedSource(IReadOnlyList<IPictureSource> sources) : IPictureSource
{
    private readonly (IPictureSource Source, int Index)[] _places =
        [.. sources.SelectMany(source => Enumerable.Range(0, source.Paths.Count).Select(index => (source, index)))];

    public IReadOnlyList<string> Paths { get; } = [.. sources.SelectMany(source => source.Paths)];

    public PictureContent Read(int index, int maxBytes) => _places[index].Source.Read(_places[index].Index, maxBytes);

    public void Dispose()
    {
        foreach (var source in sources)
            source.Dispose();
    }
}
