"""Made-up names of people and companies."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES = _words(
    """
    Ada Amir Anna Ben Carla Chen Clara Daniel Diego Elena Emma Erik Fatima Felix Grace Hannah
    Hugo Ines Ivan Jack Jonas Julia Kai Karim Lara Leo Lena Lucas Maria Max Maya Mia Nadia Nina
    Noah Olga Omar Oscar Paula Peter Priya Rosa Ruben Sam Sara Sofia Tara Theo Tom Yara
    """
)
LAST_NAMES = _words(
    """
    Abbott Alvarez Andersen Bauer Becker Brandt Brooks Castillo Clarke Costa Dahl Dixon Duarte
    Ellis Farrell Fischer Foster Garcia Graham Haas Hansen Hayes Ibrahim Ito Jensen Kaur Keller
    Khan Klein Larsen Lindqvist Lopez Marino Mehta Meyer Moreau Murphy Nielsen Novak Okafor
    Olsen Park Petrov Quinn Reid Rossi Santos Schmidt Silva Tanaka Turner Vogel Walsh Weber Wood
    """
)
COMPANY_BEGINNINGS = _words(
    """
    Amber Aspen Birch Bluestone Bramble Bright Cedar Clear Cobalt Copper Coral Crescent Crimson
    Crystal Dapple Deep Eastern Elm Ember Fair Fern Flint Golden Granite Green Grey Harbour
    Hazel Heron High Indigo Iron Ivory Jade Juniper Laurel Linden Lunar Maple Marble Meadow Mill
    Mist North Oak Onyx Opal Pine Quartz Raven Red River Rowan Saffron Silver Slate Solar South
    Star Stone Summit Swift Teal Thistle Tidal Timber Upper Velvet Violet West Willow Winter
    """
)
COMPANY_ENDINGS = _words(
    """
    bank bay bridge brook cliff crest dale field ford forge gate glen grove haven hill hollow
    lake lane ledge light mark mere moor point pool port reach ridge rise shore side spring
    stead stream vale view ward water way wick wood works yard
    """
)
COMPANY_KINDS = _words(
    """
    Foods Freight Group Health Labs Media Partners Textiles Tools
    """
)
