using System.Text;
using Lineup.ModelRepository.Storage;

namespace Lineup.ModelRepository.Tests.Storage;

public sealed class ClassLabelsTests
{
    [Theory]
    [InlineData("n01440764 tench", "n01440764", "tench")]
    [InlineData("n01484850 great_white_shark", "n01484850", "great white shark")]
    [InlineData("n01440764 tench, Tinca tinca", "n01440764", "tench, Tinca tinca")]
    [InlineData("golden_retriever", null, "golden retriever")]
    [InlineData("n0144 is no WordNet id", null, "n0144 is no WordNet id")]
    public void Parse_OneLine_PartsIdAndName(string line, string? id, string name)
    {
        var labels = Parse(line);

        Assert.Equal(new ClassLabel(id, name), Assert.Single(labels));
    }

    [Theory]
    [InlineData("cat\ndog")]
    [InlineData("cat\r\ndog\r\n")]
    [InlineData("\uFEFFcat\ndog\n\n")]
    public void Parse_AnyLineEnding_GivesTheSameLabels(string text)
    {
        var labels = Parse(text);

        Assert.Equal(["cat", "dog"], labels.Select(label => label.Name));
    }

    [Theory]
    [InlineData("", "no labels")]
    [InlineData(" \n", "no labels")]
    [InlineData("cat\n\ndog", "line 2")]
    public void Parse_NothingOrAGap_IsRefused(string text, string reason)
    {
        var exception = Assert.Throws<InvalidDataException>(() => Parse(text));

        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_File_ReadsItsLines()
    {
        using var folder = new TemporaryFolder();
        folder.Write("labels.txt", "n01440764 tench\nn01443537 goldfish\n");

        var labels = ClassLabels.Load(folder["labels.txt"]);

        Assert.Equal(["tench", "goldfish"], labels.Select(label => label.Name));
    }

    private static IReadOnlyList<ClassLabel> Parse(string text) => ClassLabels.Parse(Encoding.UTF8.GetBytes(text), "labels.txt");
}
