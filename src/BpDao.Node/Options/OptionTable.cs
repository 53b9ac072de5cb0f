using System.Text;

namespace BpDao.Node.Options;

/// <summary>The table of options in <c>docs/operating.md</c>.</summary>
internal static class OptionTable
{
    public static string Markdown()
    {
        StringBuilder table = new();
        table.Append("| option | variable | unit | default | meaning |\n|---|---|---|---|---|\n");
        foreach (OptionDefinition o in OptionCatalog.All)
        {
            table.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"| `--{o.Key}` | `{o.EnvironmentName}` | {o.Unit} | {(o.Default.Length == 0 ? "" : $"`{o.Default}`")} | {o.Description} |\n");
        }

        return table.ToString();
    }
}
