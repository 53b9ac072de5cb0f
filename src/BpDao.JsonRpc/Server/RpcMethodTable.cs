using System.Collections.Frozen;

namespace BpDao.JsonRpc;

/// <summary>The methods of the enabled modules, by name.</summary>
public sealed class RpcMethodTable
{
    private readonly FrozenDictionary<string, RpcMethod> _methods;

    /// <exception cref="ArgumentException">A method's name is not its module's, or is there twice.</exception>
    public RpcMethodTable(IEnumerable<IRpcModule> modules, IReadOnlyList<string> namespaces)
    {
        Dictionary<string, RpcMethod> methods = [];
        foreach (IRpcModule module in modules)
        {
            if (!namespaces.Contains(module.Namespace)) continue;
            foreach (RpcMethod method in module.Methods)
            {
                if (!method.Name.StartsWith(module.Namespace + "_", StringComparison.Ordinal))
                {
                    throw new ArgumentException($"{method.Name} is not a method of {module.Namespace}.", nameof(modules));
                }

                methods.Add(method.Name, method);
            }
        }

        _methods = methods.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public IEnumerable<string> Names => _methods.Keys;

    public RpcMethod? Find(string name) => _methods.GetValueOrDefault(name);
}
