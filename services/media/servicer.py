"""parley.media.v1.MediaService: decode → use case → encode."""

from parley.media.v1 import media_service_pb2, media_service_pb2_grpc

from services.kit.rpc import Context, current_principal
from services.media.convert import live as convert
from services.media.usecases.ice_servers import IceServers
from services.media.usecases.peers import Peers


class MediaServicer(media_service_pb2_grpc.MediaServiceServicer):
    """Callers are candidates; a peer is visible to the account that negotiated it only."""

    def __init__(self, peers: Peers, ice_servers: IceServers) -> None:
        self._peers = peers
        self._ice_servers = ice_servers

    async def Negotiate(
        self, request: media_service_pb2.NegotiateRequest, context: Context
    ) -> media_service_pb2.NegotiateResponse:
        """Answer an offer."""
        answer = await self._peers.negotiate(convert.offer(request, current_principal().subject))
        return media_service_pb2.NegotiateResponse(peer_id=answer.peer_id, sdp=answer.sdp)

    async def AddIceCandidate(
        self, request: media_service_pb2.AddIceCandidateRequest, context: Context
    ) -> media_service_pb2.AddIceCandidateResponse:
        """Add a remote candidate."""
        account_id = current_principal().subject
        index = convert.mline_index(request)
        await self._peers.add_candidate(account_id, request.peer_id, request.candidate, request.sdp_mid, index)
        return media_service_pb2.AddIceCandidateResponse()

    async def Hangup(
        self, request: media_service_pb2.HangupRequest, context: Context
    ) -> media_service_pb2.HangupResponse:
        """End a peer connection."""
        await self._peers.hang_up(current_principal().subject, request.peer_id)
        return media_service_pb2.HangupResponse()

    async def GetIceServers(
        self, request: media_service_pb2.GetIceServersRequest, context: Context
    ) -> media_service_pb2.GetIceServersResponse:
        """Say which ICE servers to use."""
        servers = self._ice_servers.of(current_principal().subject)
        return media_service_pb2.GetIceServersResponse(ice_servers=[convert.ice_server(server) for server in servers])
