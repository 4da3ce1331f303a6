using System.Xml.Linq;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace Lineup.Frontend.Page;

/// <summary>
/// Keeps in memory the keys that sign what the page hands to its circuit: a circuit lives no longer than this process, so nothing is
/// written to the disk of whoever runs it. Also spares visitors the cookie that guards forms: the page posts none.
/// </summary>
internal static class CircuitKeys
{
    public static void AddCircuitKeys(this IServiceCollection services)
    {
        services.AddDataProtection().AddKeyManagementOptions(keys =>
        {
            keys.XmlRepository = new Memory();
            keys.XmlEncryptor = new NullXmlEncryptor();
        });
        services.AddScoped<AntiforgeryStateProvider, NoForms>();
    }

    private sealed class Memory : IXmlRepository
    {
        private readonly Lock _lock = new();
        private readonly List<XElement> _elements = [];

        public IReadOnlyCollection<XElement> GetAllElements()
        {
            lock (_lock)
                return [.. _elements.Select(element => new XElement(element))];
        }

        public void StoreElement(XElement element, string friendlyName)
        {
            lock (_lock)
                _elements.Add(new(element));
        }
    }

    private sealed class NoForms : AntiforgeryStateProvider
    {
        public override AntiforgeryRequestToken? GetAntiforgeryToken() => null;
    }
}
