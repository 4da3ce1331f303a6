using Lineup.Compression.Pictures;
using Lineup.ModelRepository.Storage;

namespace Lineup.Compression.Tests.Pictures;

public sealed class LabelledPicturesTests
{
    private static readonly ClassLabel[] Labels =
    [
        new("n01440764", "tench"),
        new("n02012849", "crane"),
        new("n03126707", "crane"),
        new("n02099601", "golden retriever"),
        new("n99999999", "n01440764"),
    ];

    [Theory]
    [InlineData("n01440764/1.jpg", 0)]
    [InlineData("N01440764/1.jpg", 0)]
    [InlineData("train/n02012849/1.jpg", 1)]
    [InlineData("Golden_Retriever/1.jpg", 3)]
    [InlineData("golden retriever/1.jpg", 3)]
    public void Match_FolderCalledLikeAClass_HasThatClass(string path, int expected)
    {
        var matched = LabelledPictures.Match([new(path, 0)], Labels);

        Assert.Equal(expected, Assert.Single(matched.Pictures).Class);
        Assert.Empty(matched.Unknown);
    }

    [Fact]
    public void Match_OtherFolders_AreCountedAndNamed()
    {
        var matched = LabelledPictures.Match(
            [new("crane/1.jpg", 0), new("top.jpg", 1), new("tench/1.jpg", 2), new("zebra/1.jpg", 3), new("zebra/2.jpg", 4)], Labels);

        Assert.Equal("tench/1.jpg", Assert.Single(matched.Pictures).Picture.Path);
        Assert.Equal([new("", 1), new("crane", 1), new("zebra", 2)], matched.Unknown);
    }
}
