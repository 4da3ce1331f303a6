using Lineup.ModelRepository.Pulling;
using Lineup.ModelRepository.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Lineup.ModelRepository.Tests;

public sealed class RegistrationTests
{
    [Fact]
    public void AddModelRepository_Variable_TakesThePlaceOfTheDefault()
    {
        using var services = Services(("LINEUP_REPOSITORY", "/from/variable"), ("LINEUP_CATALOG", "/variable.json"));

        var options = services.GetRequiredService<IOptions<RepositoryOptions>>().Value;

        Assert.Equal(("/from/variable", "/variable.json"), (options.Path, options.Catalog));
        Assert.Equal(Path.GetFullPath("/from/variable"), services.GetRequiredService<ModelStore>().Root);
    }

    [Fact]
    public void AddModelRepository_Setting_OverridesTheVariable()
    {
        using var services = Services(("LINEUP_REPOSITORY", "/from/variable"), ("Lineup:Repository:Path", "/from/setting"));

        var options = services.GetRequiredService<IOptions<RepositoryOptions>>().Value;

        Assert.Equal("/from/setting", options.Path);
    }

    [Fact]
    public void AddModelRepository_ValuesOutOfRange_AreAllNamed()
    {
        using var services = Services(("Lineup:Repository:Download:Retries", "0"), ("Lineup:Repository:Download:StallTimeout", "00:00:00"));

        var exception = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IOptions<DownloadOptions>>().Value);

        Assert.Contains("Retries", exception.Message, StringComparison.Ordinal);
        Assert.Contains("StallTimeout", exception.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Services(params (string Key, string Value)[] settings)
    {
        var values = settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        return new ServiceCollection().AddModelRepository(configuration).BuildServiceProvider();
    }
}
