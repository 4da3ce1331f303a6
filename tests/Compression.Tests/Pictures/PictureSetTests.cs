using Lineup.Compression.Pictures;

namespace Lineup.Compression.Tests.Pictures;

public sealed class PictureSetTests : IDisposable
{
    private readonly PictureFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_FolderOrZip_ListsPicturesByPath(bool zipped)
    {
        _folder.Add("b/2.JPEG", 2).Add("a.png", 1).Add("b/10.jpg", 3).Add("B/x.webp", 4).Add("b/notes.txt", 5).Add("b/.hidden.png", 6)
            .Add("__MACOSX/b/2.JPEG", 7).Add("plain", 8);

        using var set = PictureSet.Open(zipped ? _folder.Zip() : _folder.Path, new());

        Assert.Equal(["B/x.webp", "a.png", "b/10.jpg", "b/2.JPEG", "plain"], set.Pictures.Select(picture => picture.Path));
        Assert.Equal([4, 1, 3, 2, 8], set.Pictures.Select(picture => set.Read(picture).Bytes![0]));
        Assert.Equal(["B", null, "b", "b", null], set.Pictures.Select(picture => picture.Folder));
        Assert.Equal(Path.GetFileName(_folder.Path) + (zipped ? ".zip" : ""), set.Name);
    }

    [Fact]
    public void Open_FolderAndZip_AreOneSet()
    {
        using var other = new PictureFolder();
        _folder.Add("b/1.jpg", 1).Add("same.png", 2);
        other.Add("a/3.jpg", 3).Add("same.png", 4);
        var zip = other.Zip();

        using var set = PictureSet.Open([_folder.Path, zip], new());

        Assert.Equal(["a/3.jpg", "b/1.jpg", "same.png", "same.png"], set.Pictures.Select(picture => picture.Path));
        Assert.Equal([3, 1, 2, 4], set.Pictures.Select(picture => set.Read(picture).Bytes![0]));
        Assert.Equal($"{Path.GetFileName(_folder.Path)}+{Path.GetFileName(zip)}", set.Name);
    }

    [Fact]
    public void Open_SeveralOfWhichOneIsMissing_NamesIt()
    {
        _folder.Add("a.png", 1);

        var error = Assert.Throws<PictureSetException>(() => PictureSet.Open([_folder.Path, _folder.Path + "-missing"], new()));

        Assert.Contains("-missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_FolderWithTrailingSlash_HasItsName()
    {
        _folder.Add("a.png", 1);

        using var set = PictureSet.Open(_folder.Path + Path.DirectorySeparatorChar, new());

        Assert.Equal(Path.GetFileName(_folder.Path), set.Name);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_MoreBytesThanAllowed_SaysSo(bool zipped)
    {
        _folder.Add("large.png", new byte[2000]).Add("small.png", new byte[1024]);
        using var set = PictureSet.Open(zipped ? _folder.Zip() : _folder.Path, new() { MaxBytes = 1024 });

        var contents = set.Pictures.Select(set.Read).ToList();

        Assert.Null(contents[0].Bytes);
        Assert.Contains("2000", contents[0].Problem, StringComparison.Ordinal);
        Assert.Equal(1024, contents[1].Bytes!.Length);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(10_000_000)]
    public void Read_ZipEntryWhoseDirectoryLies_NeverGivesMoreThanAnnounced(int announced)
    {
        var zip = _folder.Add("bomb.png", new byte[5_000_000]).Zip();
        var bytes = File.ReadAllBytes(zip);
        var directory = bytes.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        BitConverter.TryWriteBytes(bytes.AsSpan(directory + 24), announced);
        File.WriteAllBytes(zip, bytes);
        using var set = PictureSet.Open(zip, new());

        var content = set.Read(set.Pictures[0]);

        Assert.True(content.Bytes is null ? content.Problem is not null : content.Bytes.Length == 100);
    }

    [Fact]
    public void Read_DamagedZipEntry_IsUnreadableAndTheOthersAreNot()
    {
        var noise = new byte[4000];
        new Random(1).NextBytes(noise);
        var zip = _folder.Add("a.png", noise).Add("b.png", new byte[4000]).Zip();
        var bytes = File.ReadAllBytes(zip);
        var local = bytes.AsSpan().IndexOf("PK\u0003\u0004"u8);
        bytes.AsSpan(local + 30 + 5, 8).Fill(0xFF);
        File.WriteAllBytes(zip, bytes);
        using var set = PictureSet.Open(zip, new());

        var contents = set.Pictures.Select(set.Read).ToList();

        Assert.Single(contents, content => content.Bytes is not null);
        Assert.Single(contents, content => content.Problem is not null);
    }

    [Fact]
    public void Read_FileGoneSince_IsUnreadable()
    {
        using var set = _folder.Add("a.png", 1).Open();
        File.Delete(Path.Combine(_folder.Path, "a.png"));

        var content = set.Read(set.Pictures[0]);

        Assert.Null(content.Bytes);
        Assert.NotNull(content.Problem);
    }

    [Fact]
    public async Task Read_ManyThreads_EachGetsItsOwn()
    {
        for (var i = 0; i < 200; i++)
            _folder.Add($"{i:000}.png", [.. Enumerable.Repeat((byte)i, 300)]);
        using var set = PictureSet.Open(_folder.Zip(), new());
        var read = new byte[200][];

        await Parallel.ForAsync(0, 200, TestContext.Current.CancellationToken, (i, _) =>
        {
            read[i] = set.Read(set.Pictures[i]).Bytes!;
            return ValueTask.CompletedTask;
        });

        Assert.All(read, (bytes, i) => Assert.All(bytes, value => Assert.Equal((byte)i, value)));
    }

    [Fact]
    public void Open_NothingThere_SaysSo() =>
        Assert.Contains("no folder or zip", Fails(Path.Combine(_folder.Path, "nowhere")), StringComparison.Ordinal);

    [Fact]
    public void Open_NoPictures_SaysWhichFilesItNeeds()
    {
        _folder.Add("readme.txt", 1);

        Assert.Contains(".jpeg", Fails(_folder.Path), StringComparison.Ordinal);
    }

    [Fact]
    public void Open_NoZip_SaysWhatToName()
    {
        _folder.Add("labels.txt", [.. "n01440764 tench"u8]);

        Assert.Contains("zip archive", Fails(Path.Combine(_folder.Path, "labels.txt")), StringComparison.Ordinal);
    }

    private static string Fails(string path) => Assert.Throws<PictureSetException>(() => PictureSet.Open(path, new())).Message;
}
