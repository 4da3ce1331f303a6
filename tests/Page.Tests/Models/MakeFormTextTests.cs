using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Lineup.Compression.Pruning;
using Lineup.Frontend.Jobs;
using Lineup.Frontend.Page.Texts;

namespace Lineup.Page.Tests.Models;

/// <summary>Defaults that are told in words are those that are used.</summary>
public sealed class MakeFormTextTests
{
    private static readonly PruningOptions Defaults = new();

    [Fact]
    public void WeightSteps_Placeholder_IsTheDefault() =>
        Assert.Equal(Defaults.WeightSteps.ToString(CultureInfo.InvariantCulture), Text.MakeWeightStepsDefault);

    [Theory]
    [InlineData("WeightSteps", nameof(PruningOptions.WeightSteps))]
    [InlineData("Sparsity", nameof(PruningOptions.Sparsity))]
    [InlineData("MultiplyAdds", nameof(PruningOptions.MultiplyAddReduction))]
    public void Description_OfTheApi_TellsTheDefault(string parameter, string option)
    {
        var description = typeof(CompressParameters).GetProperty(parameter)!.GetCustomAttribute<DescriptionAttribute>()!.Description;

        var value = Convert.ToString(typeof(PruningOptions).GetProperty(option)!.GetValue(Defaults), CultureInfo.InvariantCulture);
        Assert.Contains($"Default: {value}", description, StringComparison.Ordinal);
    }
}
