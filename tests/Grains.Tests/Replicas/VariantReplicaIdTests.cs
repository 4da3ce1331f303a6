using Lineup.GrainInterfaces;

namespace Lineup.Grains.Tests.Replicas;

public sealed class VariantReplicaIdTests
{
    [Theory]
    [InlineData("mobilenetv2/int8#1", "mobilenetv2", "int8", 1)]
    [InlineData("a/b#9999", "a", "b", 9999)]
    [InlineData("a/b#2#3", "a", "b#2", 3)]
    public void TryParse_Key_GivesWhatItWasMadeFrom(string text, string model, string variant, int number)
    {
        Assert.True(VariantReplicaId.TryParse(text, out var id));

        Assert.Equal(new(new(model, variant), number), id);
        Assert.Equal(text, id.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a/b#")]
    [InlineData("a/b#0")]
    [InlineData("a/b#01")]
    [InlineData("a/b#+1")]
    [InlineData("a/b#-1")]
    [InlineData("a/b# 1")]
    [InlineData("a/b#1 ")]
    [InlineData("a/b#10000")]
    [InlineData("a/b#99999999999")]
    [InlineData("a/b#one")]
    [InlineData("a#1")]
    [InlineData("#1")]
    public void TryParse_NoKeyOfAReplica_IsFalse(string? text) => Assert.False(VariantReplicaId.TryParse(text, out _));
}
