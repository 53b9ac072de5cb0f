using BpDao.Core;
using BpDao.Crypto;
using BpDao.Network;

namespace BpDao.Node.Commands.Devnet.Processes;

/// <summary>One node of a fleet: where its data lie and where it is reached.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Directory">Its data directory.</param>
/// <param name="Account">Whose published key it seals with; null: it only follows.</param>
internal sealed record FleetNode(int Index, string Directory, Address? Account, PublicKey NodeId, string Host, int Port, int HttpPort)
{
    public string Name => $"node{Index}";

    public string ConfigFile => Path.Combine(Directory, "config.json");

    public string LogFile => Path.Combine(Directory, "node.log");

    /// <summary>Discovery is off: the nodes of a fleet are told of each other.</summary>
    public Enode Enode => new(NodeId, Host, Port, 0);
}
